package io.holdfast.client;

import io.holdfast.client.dialect.BotDialect;
import io.holdfast.client.dialect.Hello;
import io.holdfast.client.dialect.Incoming;
import io.holdfast.protocol.client.GapListener;
import io.holdfast.protocol.client.ResumeState;
import io.holdfast.protocol.client.StreamAnswer;
import io.holdfast.protocol.stream.Gap;
import io.holdfast.protocol.stream.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a connection: token, positions, and the rooms that the application wants to be in.
 * The driver's thread only.
 */
final class Session implements GapListener {
    /** The most rooms that are remembered; more than a server lets one client join by default. */
    private static final int MAX_ROOMS = 10_000;

    private ResumeState state = new ResumeState();
    private final Set<String> rooms = new LinkedHashSet<>();
    private final Consumer<Event.Gap> gaps;
    private final EventQueue events;
    private final @Nullable String defaultRoom;
    private boolean leftDefaultRoom;
    private boolean wasConnected;
    /** Whether what is announced just now is of the answer to a hello. */
    private boolean resuming;

    /** @param events told how far the application will have come with them */
    Session(@Nullable String defaultRoom, EventQueue events, Consumer<Event.Gap> gaps) {
        this.defaultRoom = defaultRoom;
        this.events = events;
        this.gaps = gaps;
    }

    /** Before the first connection: goes on where an earlier process has been. */
    void restore(SavedSession saved) {
        Map<String, Position> positions = new LinkedHashMap<>();
        saved.positions()
                .forEach((stream, at) -> positions.put(stream, new Position(at.epoch(), at.seq())));
        state.welcomed(saved.token(), positions);
        rooms.addAll(saved.rooms());
        leftDefaultRoom = defaultRoom != null && !positions.containsKey(defaultRoom);
        wasConnected = true;
        events.mark(progress -> saved.rooms().forEach(progress::joined));
        told(saved.clientId());
    }

    /** @param accessToken of this connection, or null */
    Hello hello(Options options, boolean resume, int lastCloseCode, @Nullable String accessToken) {
        return new Hello(
                options.clientId(),
                options.dialect() instanceof BotDialect ? accessToken : null,
                resume,
                resume ? state.token() : null,
                resume ? state.positions().asMap() : Map.of(),
                wasConnected,
                lastCloseCode,
                options.config());
    }

    @Nullable
    String token() {
        return state.token();
    }

    Map<String, Position> positions() {
        return state.positions().asMap();
    }

    /**
     * Takes what the server says about the session.
     *
     * @param resumes whether this connection can go on with it. One that cannot says nothing of
     *     it: the server that has it may be reached later
     * @return whether the session goes on
     */
    boolean welcomed(Incoming.Welcome welcome, boolean resumes) {
        resuming = true;
        boolean goesOn = takeUp(welcome, resumes);
        resuming = false;
        told(welcome.clientId());
        return goesOn;
    }

    /** To a client that does not come back to its session: bots have one all the same. */
    void welcomedPlainly(Incoming.Welcome welcome) {
        wasConnected = true;
        if (welcome.sessionToken() != null) {
            state.token(welcome.sessionToken());
        }
    }

    private void told(@Nullable String clientId) {
        events.token(state.token());
        if (state.token() == null) {
            events.mark(Progress::ends);
            return;
        }
        Map<String, SavedSession.Place> places = new LinkedHashMap<>();
        positions()
                .forEach((stream, at) ->
                        places.put(stream, new SavedSession.Place(at.epoch(), at.seq())));
        events.mark(progress -> progress.begins(clientId, places));
    }

    private boolean takeUp(Incoming.Welcome welcome, boolean resumes) {
        wasConnected = true;
        String token = welcome.sessionToken();
        if (token == null || !welcome.returning()) {
            // What was said since then does not come, and nobody knows how much it was.
            positions().keySet().forEach(this::isLost);
        }
        if (token == null) {
            state = resumes ? new ResumeState() : state;
            return false;
        }
        if (!welcome.returning()) {
            Map<String, Position> positions = new LinkedHashMap<>();
            welcome.streams().forEach((name, start) -> positions.put(name, start.position()));
            state.welcomed(token, positions);
            return false;
        }
        Map<String, StreamAnswer> answers = new LinkedHashMap<>();
        welcome.streams()
                .forEach((name, start) -> answers.put(
                        name,
                        new StreamAnswer(
                                start.position().epoch(),
                                start.position().seq() + start.recovered(),
                                start.recovered(),
                                start.gap())));
        state.resumed(token, answers, this).forEach(this::isLost);
        return welcome.restored();
    }

    private void isLost(String stream) {
        gaps.accept(new Event.Gap(stream, "session", 0, 0, Event.Gap.Origin.ON_RESUME));
    }

    /** Rooms that have to be joined again on this connection. */
    List<String> missingRooms(Incoming.Welcome welcome) {
        List<String> missing = new ArrayList<>(rooms);
        missing.removeAll(welcome.streams().keySet());
        return missing;
    }

    /** Whether the server put us into the default room again, though it was left. */
    boolean hasToLeaveDefaultRoom(boolean restored) {
        return leftDefaultRoom && !restored;
    }

    void joined(String room) {
        if (room.equals(defaultRoom)) {
            leftDefaultRoom = false;
        } else if (rooms.size() < MAX_ROOMS) {
            rooms.add(room);
            events.mark(progress -> progress.joined(room));
        }
    }

    void left(String room) {
        rooms.remove(room);
        state.positions().left(room);
        events.mark(progress -> progress.left(room));
        if (room.equals(defaultRoom)) {
            leftDefaultRoom = true;
        }
    }

    /** The place where a room begins that was joined. */
    void begins(String stream, Position position) {
        state.positions().joined(stream, position);
        SavedSession.Place place = new SavedSession.Place(position.epoch(), position.seq());
        events.mark(progress -> progress.begins(stream, place));
    }

    /** Whether the application gets a message of that place. */
    boolean isNew(String stream, long seq) {
        return switch (state.positions().arrived(stream, seq, this)) {
            case NEW, UNTRACKED -> true;
            case REPEAT -> false;
        };
    }

    void missed(Incoming.Missed missed) {
        state.positions().gap(missed.stream(), missed.from(), missed.to(), this);
    }

    void freshToken(String token) {
        state.token(token);
        events.token(token);
    }

    @Override
    public void gap(String stream, Gap gap, boolean announced) {
        String reason = gap.reason() == null ? "missed" : gap.reason();
        Event.Gap.Origin origin = resuming
                ? Event.Gap.Origin.ON_RESUME
                : announced ? Event.Gap.Origin.IN_BAND : Event.Gap.Origin.NOTICED;
        gaps.accept(new Event.Gap(stream, reason, gap.from(), gap.to(), origin));
    }
}
