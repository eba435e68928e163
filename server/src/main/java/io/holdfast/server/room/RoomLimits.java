package io.holdfast.server.room;

/**
 * What holds for all rooms.
 *
 * @param maxRooms rooms with a subscriber, in all
 * @param gatherPresenceAbove members above which presence is told once a second
 * @param presenceNames names in each list of such a message; the count is exact
 * @param deflateFrom bytes of payload from which on messages are compressed where agreed
 */
public record RoomLimits(
        int maxRooms, int gatherPresenceAbove, int presenceNames, int deflateFrom) {}
