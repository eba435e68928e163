package io.holdfast.conformance.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.client.ClientBuilder;
import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;

/**
 * Our Java client as a program of its own, so that it can be put behind another network, or be
 * stopped: {@code JavaClientProgram DIALECT URL ID PING_MILLIS SILENCE_MILLIS}. It resumes, and prints
 * a line for each event.
 *
 * <p>Lines that it reads: {@code send JSON}, {@code close}. It ends with its input.
 */
public final class JavaClientProgram {
    private JavaClientProgram() {}

    public static void main(String[] arguments) throws IOException {
        say("pid " + ProcessHandle.current().pid());
        try (HoldfastClient client = builder(arguments[0])
                        .url(arguments[1])
                        .clientId(arguments[2])
                        .heartbeat(millis(arguments[3]), millis(arguments[4]))
                        .resume()
                        .connectTimeout(Duration.ofSeconds(1))
                        .backoff(Duration.ofMillis(50), Duration.ofMillis(200))
                        .withoutJitter()
                        .listener(event -> say(describe(event)))
                        .open();
                var in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            for (String line; (line = in.readLine()) != null && !line.equals("close"); ) {
                var json = line.substring("send ".length());
                client.send(json)
                        .whenComplete((ack, failed) -> say(
                                failed == null
                                        ? "acked " + json + " as " + ack.seq()
                                        : "failed " + failed));
            }
        }
        say("ended");
        System.exit(0);
    }

    private static ClientBuilder builder(String dialect) {
        return switch (dialect) {
            case "rooms" -> HoldfastClient.feed();
            case "deepstream" -> HoldfastClient.deepstream();
            case "bot" -> HoldfastClient.bot();
            default -> throw new IllegalArgumentException("no dialect " + dialect);
        };
    }

    private static Duration millis(String number) {
        return Duration.ofMillis(Long.parseLong(number));
    }

    private static String describe(Event event) {
        return switch (event) {
            case Event.Connected ignored -> "connected";
            case Event.Resumed ignored -> "resumed";
            case Event.Message message -> "message " + message.seq() + " " + message.data();
            case Event.Gap gap -> "gap " + gap;
            case Event.Disconnected gone ->
                "disconnected " + gone.error().kind() + " " + gone.error().getMessage();
            case Event.Closed closed -> "closed " + closed.cause();
            default -> event.toString();
        };
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
        }
    }
}
