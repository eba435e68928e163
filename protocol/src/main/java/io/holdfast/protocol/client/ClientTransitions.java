package io.holdfast.protocol.client;

import io.holdfast.protocol.client.ClientState.AskingHealth;
import io.holdfast.protocol.client.ClientState.Closed;
import io.holdfast.protocol.client.ClientState.Closing;
import io.holdfast.protocol.client.ClientState.Connected;
import io.holdfast.protocol.client.ClientState.Greeting;
import io.holdfast.protocol.client.ClientState.Idle;
import io.holdfast.protocol.client.ClientState.Leaving;
import io.holdfast.protocol.client.ClientState.Moving;
import io.holdfast.protocol.client.ClientState.Opening;
import io.holdfast.protocol.client.ClientState.Waiting;
import io.holdfast.protocol.machine.Transition;
import io.holdfast.protocol.machine.TransitionTable;

import java.util.List;

/** The legal changes of {@link ClientLifecycle}. */
final class ClientTransitions {
    private static final String STAY_AWAY = "ended for good, or attempts exhausted";

    static final TransitionTable<ClientState> TABLE = new TransitionTable<>(
            "ClientLifecycle",
            Idle.class,
            List.of(Closed.class),
            List.of(
                    new Transition<>(Idle.class, Opening.class, "start"),
                    new Transition<>(Idle.class, Closed.class, "close"),
                    new Transition<>(Waiting.class, Opening.class, "retry is due"),
                    new Transition<>(
                            Waiting.class,
                            AskingHealth.class,
                            "retry is due, health is asked first"),
                    new Transition<>(Waiting.class, Closed.class, "close"),
                    new Transition<>(AskingHealth.class, Opening.class, "healthy"),
                    new Transition<>(
                            AskingHealth.class,
                            Waiting.class,
                            "shutting down, or no answer in 5 s"),
                    new Transition<>(AskingHealth.class, Closed.class, "close"),
                    new Transition<>(Opening.class, Greeting.class, "transport open"),
                    new Transition<>(Opening.class, Waiting.class, "failed, or not open in 10 s"),
                    new Transition<>(Opening.class, Closed.class, "close, " + STAY_AWAY),
                    new Transition<>(Greeting.class, Connected.class, "welcome"),
                    new Transition<>(Greeting.class, Waiting.class, "ended, or no welcome in 10 s"),
                    new Transition<>(Greeting.class, Leaving.class, "leave, as the server advised"),
                    new Transition<>(Greeting.class, Closing.class, "close"),
                    new Transition<>(Greeting.class, Closed.class, STAY_AWAY),
                    new Transition<>(Connected.class, Waiting.class, "ended, or 75 s of silence"),
                    new Transition<>(
                            Connected.class, Leaving.class, "leave, as the server advised"),
                    new Transition<>(Connected.class, Closing.class, "close"),
                    new Transition<>(Connected.class, Closed.class, STAY_AWAY),
                    new Transition<>(Connected.class, Moving.class, "move, as the server advised"),
                    new Transition<>(Moving.class, Connected.class, "welcome there, or failed"),
                    new Transition<>(Moving.class, Opening.class, "the old one ended first"),
                    new Transition<>(Moving.class, Greeting.class, "the old one ended first"),
                    new Transition<>(Moving.class, Closing.class, "close"),
                    new Transition<>(Moving.class, Closed.class, STAY_AWAY),
                    new Transition<>(Leaving.class, Waiting.class, "ended, or cut after 2 s"),
                    new Transition<>(Leaving.class, Closing.class, "close"),
                    new Transition<>(Leaving.class, Closed.class, STAY_AWAY),
                    new Transition<>(Closing.class, Closed.class, "ended, or cut after 2 s")));

    private ClientTransitions() {}
}
