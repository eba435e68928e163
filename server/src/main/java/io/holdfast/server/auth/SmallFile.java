package io.holdfast.server.auth;

import io.holdfast.server.config.ConfigException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Key and token files: read whole, with a bound, and with a message that names key and file. */
final class SmallFile {

    static final int MAX_BYTES = 1 << 20;

    private SmallFile() {}

    static byte[] read(String key, Path file) throws ConfigException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw unusable(key, file, "is larger than 1 MiB, so it is not what it should be");
            }
            return bytes;
        } catch (IOException e) {
            throw unusable(key, file, "cannot be read; give a file that this user may read");
        }
    }

    static ConfigException unusable(String key, Path file, String why) {
        return new ConfigException("[auth] " + key + " = " + file + ": " + why);
    }
}
