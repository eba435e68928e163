package io.holdfast.client;

import io.holdfast.client.dialect.Incoming;
import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.client.ClientLifecycle;
import io.holdfast.protocol.reconnect.Ending;

/**
 * Hears one connection: what it says is for the conversation when it is the one that serves, and
 * for the move when it is the one beside it. What an old one still says is nobody's. The driver's
 * thread only.
 */
final class Ears implements LinkListener {
    private final long number;
    private final Driver driver;
    private final ClientLifecycle lifecycle;
    private final Moves moves;
    private final Chronicle chronicle;
    private final Counters counters;

    Ears(long number, Driver driver, ClientLifecycle lifecycle, Moves moves, Chronicle chronicle) {
        this.number = number;
        this.driver = driver;
        this.lifecycle = lifecycle;
        this.moves = moves;
        this.chronicle = chronicle;
        this.counters = chronicle.counters();
    }

    @Override
    public void opened(boolean resume) {
        driver.turn(now -> {
            lifecycle.opened(number, now);
            if (driver.isServedBy(number)) {
                driver.begin(resume, now);
            } else if (lifecycle.isMovingTo(number)) {
                openedThere(resume, now);
            }
        });
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        counters.messagesReceived++;
        Incoming incoming = driver.read(bytes, from, to);
        if (incoming == null) {
            refuse("the server sent something that is no JSON object");
            return;
        }
        driver.turn(now -> {
            if (driver.isServedBy(number)) {
                driver.take(incoming, now);
            } else if (lifecycle.isMovingTo(number)) {
                saidThere(incoming, now);
            }
        });
    }

    /** The reason has none of the text: it may hold what belongs in no log. */
    private void refuse(String reason) {
        Link speaker = null;
        if (driver.isServedBy(number)) {
            speaker = driver.link();
        } else if (lifecycle.isMovingTo(number)) {
            speaker = moves.beside();
        }
        if (speaker != null) {
            speaker.refuse(CloseCode.PROTOCOL_ERROR.code(), reason);
        }
    }

    @Override
    public void received(int bytes) {
        counters.bytesReceived += bytes;
        if (driver.isServedBy(number)) {
            driver.received(number);
        }
    }

    @Override
    public void sent(int bytes) {
        counters.bytesSent += bytes;
    }

    @Override
    public void pong() {
        if (driver.isServedBy(number)) {
            driver.roundTripEnds();
        }
    }

    @Override
    public void ended(Ending ending, String detail) {
        driver.turn(now -> {
            if (driver.isServedBy(number)) {
                driver.ended(ending, detail, now);
            } else {
                endedThere(ending, detail, now);
            }
        });
    }

    // The server that we are on the way to.

    private void openedThere(boolean resume, long now) {
        Link there = moves.beside();
        if (resume && there != null) {
            moves.greets();
            driver.greet(there);
        } else {
            notThere("the server there does not resume", now);
        }
    }

    private void saidThere(Incoming said, long now) {
        switch (said) {
            case Incoming.Welcome welcome -> {
                if (lifecycle.awaitsWelcome(number)) {
                    Endpoint there = moves.place();
                    lifecycle.welcomed(number, now, driver);
                    chronicle.moved(there, welcome.clientId(), now);
                    driver.conversation().arrived(welcome);
                }
            }
            case Incoming.Ping ping -> driver.conversation().answer(moves.beside(), ping);
            default -> {
                String refusal = Moves.refusal(said);
                if (refusal != null) {
                    notThere(refusal, now);
                }
            }
        }
    }

    private void notThere(String detail, long now) {
        moves.cut();
        endedThere(new Ending.ProtocolFault(detail), detail, now);
    }

    private void endedThere(Ending ending, String detail, long now) {
        if (lifecycle.isMovingTo(number)) {
            lifecycle.ended(number, ending, now, driver);
            moves.failed(detail, now);
        }
    }
}
