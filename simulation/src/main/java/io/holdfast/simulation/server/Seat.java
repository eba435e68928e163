package io.holdfast.simulation.server;

import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.stream.Position;

import java.util.Map;

/** What a newcomer gets: its client id is its own now. */
record Seat(
        Session session,
        long generation,
        boolean restored,
        String token,
        Map<String, Position> memberships) {}
