package io.holdfast.server.room;

import io.holdfast.protocol.stream.HistoryLimits;

/**
 * What holds for all streams.
 *
 * @param maxRooms rooms at once, those that wait for clients to come back included
 * @param gatherPresenceAbove members above which presence is told once a second
 * @param presenceNames names in each list of such a message; the count is exact
 * @param deflateFrom bytes of payload from which on messages are compressed where agreed
 * @param history what each stream keeps, and how far a subscriber may lag behind
 * @param historyTotalBytes what all streams keep together
 * @param uncommittedBytes handed to the store and not committed, above which publishing is refused
 */
public record RoomLimits(
        int maxRooms,
        int gatherPresenceAbove,
        int presenceNames,
        int deflateFrom,
        HistoryLimits history,
        long historyTotalBytes,
        long uncommittedBytes) {}
