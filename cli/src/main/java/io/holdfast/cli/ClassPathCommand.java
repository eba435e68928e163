package io.holdfast.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast class-path}: what our own class path has for the examples. */
@Command(
        name = "class-path",
        mixinStandardHelpOptions = true,
        description = "Print the class path of the Java client library, to run the examples with.",
        footer = {
            "",
            "  java --enable-native-access=ALL-UNNAMED --class-path \"$(./holdfast class-path)\" \\",
            "      examples/bot/CountingBot.java"
        })
final class ClassPathCommand implements Callable<Integer> {
    /**
     * The client and what it uses; neither the server nor logging. With SLF4J and no back end for it
     * Netty would greet a new user with three lines about that; so it logs where the JDK does.
     */
    private static final List<String> LIBRARIES = List.of(
            "holdfast-client-",
            "holdfast-transport-",
            "holdfast-protocol-",
            "jackson-core-",
            "jspecify-",
            "netty-");

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        String all = System.getProperty("java.class.path");
        Output.of(spec)
                .print(Stream.of(all.split(File.pathSeparator, -1))
                        .map(Path::of)
                        .filter(ClassPathCommand::isOfTheClient)
                        .map(path -> path.toAbsolutePath().toString())
                        .collect(Collectors.joining(File.pathSeparator)));
        return 0;
    }

    /** Directories are modules that were compiled and not packed: in an IDE. */
    private static boolean isOfTheClient(Path entry) {
        String name = String.valueOf(entry.getFileName());
        return Files.isDirectory(entry) || LIBRARIES.stream().anyMatch(name::startsWith);
    }
}
