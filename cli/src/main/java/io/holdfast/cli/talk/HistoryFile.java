package io.holdfast.cli.talk;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where typed lines are kept: only their writer may read them. */
final class HistoryFile {
    private static final String OWNER_ONLY = "rw-------";

    private HistoryFile() {}

    /**
     * Makes the file if need be; null when there is no place for it, which is no reason to stop.
     * The place is the state directory of the XDG Base Directory Specification.
     */
    static @Nullable Path prepare(Map<String, String> environment) {
        Path state = stateDirectory(environment);
        if (state == null) {
            return null;
        }
        try {
            Path directory = state.resolve("holdfast");
            Files.createDirectories(directory, owner("rwx------"));
            Path file = directory.resolve("connect-history");
            try {
                Files.createFile(file, owner(OWNER_ONLY));
            } catch (FileAlreadyExistsException before) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(OWNER_ONLY));
            }
            return file;
        } catch (IOException | UnsupportedOperationException noPlace) {
            return null;
        }
    }

    private static @Nullable Path stateDirectory(Map<String, String> environment) {
        Path named = Path.of(environment.getOrDefault("XDG_STATE_HOME", ""));
        if (named.isAbsolute()) { // Others are to be ignored, says the specification.
            return named;
        }
        String home = environment.getOrDefault("HOME", "");
        return home.isEmpty() ? null : Path.of(home, ".local", "state");
    }

    private static FileAttribute<?> owner(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }
}
