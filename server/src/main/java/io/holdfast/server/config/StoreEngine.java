package io.holdfast.server.config;

/** Where streams and sessions are kept. */
public enum StoreEngine {
    /** In this process; a graceful restart keeps everything through a snapshot file. */
    MEMORY,
    /** In files, so that a killed process loses nothing that it committed. */
    DISK
}
