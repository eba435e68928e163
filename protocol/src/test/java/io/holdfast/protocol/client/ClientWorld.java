package io.holdfast.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.ServerAdvice;
import io.holdfast.protocol.reconnect.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A client in a world that does anything at any time; sees that it asks for nothing senseless. */
final class ClientWorld implements ClientOutputs {
    private static final int[] CODES = {
        1000, 1001, 1001, 1006, 1006, 1006, 1011, 1012, 1013, 4100, 4101, 4500
    };

    final List<String> history = new ArrayList<>();
    final ClientLifecycle client;
    private final RandomGenerator random;
    private final String name;
    private long nowNanos;
    /** The transport that exists, or 0. */
    private long transport;
    /** Whether we have been asked to close it. */
    private boolean closing;

    /** The transport beside it, or 0. */
    private long beside;

    private long lastNumber;
    private boolean closed;

    ClientWorld(ClientSettings settings, RandomGenerator random, String name) {
        this.client = new ClientLifecycle(settings, random);
        this.random = random;
        this.name = name;
        this.nowNanos = random.nextLong(1L << 50);
    }

    /** One thing happens; or only time passes. */
    void step() {
        long number = random.nextInt(8) == 0 ? lastNumber - 1 : lastNumber;
        switch (random.nextInt(44)) {
            case 0, 1, 2, 3, 4, 5 -> client.opened(number, nowNanos);
            case 6, 7, 8, 9, 10, 11 -> client.welcomed(number, nowNanos, this);
            case 12, 13, 14 -> client.received(nowNanos);
            case 15, 16, 17 -> end(number);
            case 18, 19, 20, 21 ->
                client.healthAnswered(
                        number,
                        List.of(HealthAnswer.values()).get(random.nextInt(4)),
                        nowNanos,
                        this);
            case 22 -> client.advised(advice(), nowNanos, this);
            case 23 -> client.leave(nowNanos, this);
            case 24 ->
                client.slept(random.nextLong(Duration.ofMinutes(2).toNanos()), nowNanos, this);
            case 25 -> client.online(nowNanos, this);
            case 26 -> {
                if (random.nextInt(6) == 0) {
                    client.close(nowNanos, this);
                }
            }
            case 27, 28 -> client.start(nowNanos, this);
            case 29, 30, 31, 32, 33 ->
                nowNanos += random.nextLong(Duration.ofSeconds(2).toNanos());
            case 34, 35, 36 -> move();
            default -> passTime();
        }
        check();
    }

    /** What a driver does with an address: it is told, and at some moment goes there. */
    private void move() {
        client.advised(new ServerAdvice(Duration.ofSeconds(1), new Target("b", 1)), nowNanos, this);
        client.move(nowNanos, this);
    }

    private void passTime() {
        if (client.nextDeadlineNanos() != ClientLifecycle.NEVER) {
            nowNanos = Math.max(nowNanos, client.nextDeadlineNanos());
            client.timer(nowNanos, this);
        }
    }

    private void end(long number) {
        if (number == transport) {
            transport = 0;
            closing = false;
        } else if (number == beside) {
            beside = 0;
        }
        int code = CODES[random.nextInt(CODES.length)];
        Ending ending = random.nextBoolean() ? new Ending.Closed(code, "") : new Ending.Refused("");
        client.ended(number, ending, nowNanos, this);
    }

    private ServerAdvice advice() {
        Target where = random.nextBoolean() ? null : new Target("b", 1);
        return new ServerAdvice(Duration.ofSeconds(random.nextInt(40)), where);
    }

    private void check() {
        boolean waitsForNothing = client.state() instanceof ClientState.Idle
                || client.state() instanceof ClientState.Closed;
        assertThat(client.nextDeadlineNanos() == ClientLifecycle.NEVER)
                .as("%s: a deadline in %s", name, client.state())
                .isEqualTo(waitsForNothing);
        assertThat(client.nextDeadlineReason() == ClientDeadline.NONE).isEqualTo(waitsForNothing);
        boolean holdsTransport = switch (client.phase()) {
            case CONNECTING -> !(client.state() instanceof ClientState.AskingHealth);
            case CONNECTED -> true;
            case DISCONNECTED ->
                client.state() instanceof ClientState.Leaving
                        || client.state() instanceof ClientState.Closing;
            case CLOSED -> false;
        };
        assertThat(transport != 0)
                .as("%s: a transport in %s", name, client.state())
                .isEqualTo(holdsTransport);
        assertThat(beside != 0)
                .as("%s: a transport beside in %s", name, client.state())
                .isEqualTo(client.state() instanceof ClientState.Moving);
    }

    private void note(String what) {
        assertThat(closed).as("%s: %s after the end", name, what).isFalse();
        history.add(what);
    }

    @Override
    public void connect(long connection, @Nullable Target target) {
        note("connect " + connection + " " + target);
        assertThat(transport).as("%s: a second transport", name).isZero();
        transport = connection;
        lastNumber = connection;
    }

    @Override
    public void askHealth(long connection, @Nullable Target target) {
        note("health " + connection + " " + target);
        lastNumber = connection;
    }

    @Override
    public void sendPing() {
        note("ping");
        assertThat(transport != 0 && !closing).as("%s: a ping", name).isTrue();
    }

    @Override
    public void close(int code, String reason) {
        note("close " + code);
        assertThat(transport != 0 && !closing).as("%s: a close", name).isTrue();
        closing = true;
    }

    @Override
    public void cut() {
        note("cut");
        assertThat(transport).as("%s: a cut of nothing", name).isNotZero();
        transport = 0;
        closing = false;
    }

    @Override
    public void openBeside(long connection, Target target) {
        note("open beside " + connection + " " + target);
        assertThat(transport).as("%s: nothing to be beside", name).isNotZero();
        assertThat(beside).as("%s: a third transport", name).isZero();
        beside = connection;
        lastNumber = connection;
    }

    @Override
    public void cutBeside() {
        note("cut beside");
        assertThat(beside).as("%s: a cut of nothing", name).isNotZero();
        beside = 0;
    }

    @Override
    public void replace(boolean firstIsGone) {
        note("replace " + firstIsGone);
        assertThat(beside).as("%s: nothing to replace it with", name).isNotZero();
        assertThat(transport == 0).as("%s: the first is gone", name).isEqualTo(firstIsGone);
        transport = beside;
        beside = 0;
    }

    @Override
    public void report(ClientEvent event) {
        note(event.keyword() + " " + event);
        closed = event instanceof ClientEvent.Closed;
    }
}
