package io.holdfast.conformance.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The TCP sockets of another process, seen from outside: descriptors of them are fetched with {@code
 * pidfd_getfd} (Linux 5.6; needs the right to trace the process) and asked with {@code getsockopt}.
 *
 * <p>A fetched descriptor keeps its socket open: close this before the server is expected to end
 * connections.
 */
public final class ProcessSockets implements AutoCloseable {
    /** SO_LINGER; seconds are of no meaning when it is off. */
    public record Linger(boolean on, int seconds) {}

    private static final long PIDFD_OPEN = 434;
    private static final long PIDFD_GETFD = 438;
    /** Bytes; more than sockaddr_in6 has. */
    private static final int SOCKET_ADDRESS_BYTES = 128;
    /** Where sockaddr_in and sockaddr_in6 have their port, in network order. */
    private static final int PORT_AT = 2;

    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Options by their names in Linux' headers, with level and number. */
    public enum Option {
        SO_REUSEADDR(1, 2),
        SO_SNDBUF(1, 7),
        SO_RCVBUF(1, 8),
        SO_KEEPALIVE(1, 9),
        SO_LINGER(1, 13),
        SO_ACCEPTCONN(1, 30),
        TCP_NODELAY(6, 1),
        TCP_KEEPIDLE(6, 4),
        TCP_KEEPINTVL(6, 5),
        TCP_KEEPCNT(6, 6),
        TCP_USER_TIMEOUT(6, 18);

        private final int level;
        private final int number;

        Option(int level, int number) {
            this.level = level;
            this.number = number;
        }
    }

    /** A socket of the other process, through a descriptor of our own. */
    public final class OpenSocket {
        private final int descriptor;

        private OpenSocket(int descriptor) {
            this.descriptor = descriptor;
        }

        public int option(Option option) {
            return value(option).get(JAVA_INT, 0);
        }

        public boolean isListener() {
            return option(Option.SO_ACCEPTCONN) == 1;
        }

        public Linger linger() {
            var value = value(Option.SO_LINGER);
            return new Linger(value.get(JAVA_INT, 0) != 0, value.get(JAVA_INT, 4));
        }

        private MemorySegment value(Option option) {
            var value = arena.allocate(8);
            var length = arena.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, 8);
            var result =
                    libc.getSocketOption(descriptor, option.level, option.number, value, length);
            if (result < 0) {
                throw new AssertionError("getsockopt of " + option + " failed");
            }
            return value;
        }

        private int localPort() {
            var address = arena.allocate(SOCKET_ADDRESS_BYTES, 8);
            var length = arena.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, SOCKET_ADDRESS_BYTES);
            // A socket of another family gives something that is no port of ours.
            return libc.getSocketName(descriptor, address, length) < 0
                    ? -1
                    : Short.toUnsignedInt(address.get(NETWORK_SHORT, PORT_AT));
        }
    }

    private final Arena arena = Arena.ofConfined();
    private final Libc libc = new Libc();
    private final long pid;
    private final int process;
    private final List<Integer> descriptors = new ArrayList<>();

    private ProcessSockets(long pid) {
        this.pid = pid;
        this.process = libc.call(PIDFD_OPEN, pid, 0, 0);
        if (process < 0) {
            throw Tool.missing("pidfd_open failed with errno " + libc.errno());
        }
    }

    /** Where the system does not allow it, the test does not run and says so. */
    public static ProcessSockets of(long pid) {
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
            throw Tool.missing("socket options are read in Linux' way");
        }
        return new ProcessSockets(pid);
    }

    /** Listener and connections with this local port. */
    public List<OpenSocket> onPort(int port) {
        var found = new ArrayList<OpenSocket>();
        for (var number : socketNumbers()) {
            var descriptor = libc.call(PIDFD_GETFD, process, number, 0);
            if (descriptor < 0) {
                var errno = libc.errno();
                if (errno == Libc.NOT_OPEN) {
                    continue;
                }
                throw Tool.missing("pidfd_getfd failed with errno " + errno
                        + ": the right to trace the server is needed");
            }
            descriptors.add(descriptor);
            var socket = new OpenSocket(descriptor);
            if (socket.localPort() == port) {
                found.add(socket);
            }
        }
        return found;
    }

    private List<Integer> socketNumbers() {
        try (var files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            var numbers = new ArrayList<Integer>();
            for (var file : files) {
                if (isSocket(file)) {
                    numbers.add(Integer.parseInt(file.getFileName().toString()));
                }
            }
            return numbers;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Override
    public void close() {
        descriptors.forEach(libc::close);
        libc.close(process);
        arena.close();
    }

    /** The calls of the C library. */
    @SuppressWarnings("restricted") // Calling the kernel is what it is for.
    private static final class Libc {
        static final int NOT_OPEN = 9;

        private static final Linker LINKER = Linker.nativeLinker();
        private static final Linker.Option KEEPING_ERRNO = Linker.Option.captureCallState("errno");
        private static final VarHandle ERRNO =
                Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));

        private final MemorySegment state =
                Arena.ofAuto().allocate(Linker.Option.captureStateLayout());
        private final MethodHandle syscall = LINKER.downcallHandle(
                symbol("syscall"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1),
                KEEPING_ERRNO);
        private final MethodHandle getsockopt = LINKER.downcallHandle(
                symbol("getsockopt"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
        private final MethodHandle getsockname = LINKER.downcallHandle(
                symbol("getsockname"), FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
        private final MethodHandle close =
                LINKER.downcallHandle(symbol("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        private static MemorySegment symbol(String name) {
            return LINKER.defaultLookup().findOrThrow(name);
        }

        int call(long number, long first, long second, long third) {
            try {
                return (int) (long) syscall.invokeExact(state, number, first, second, third);
            } catch (Throwable failed) {
                throw new AssertionError(failed);
            }
        }

        /** Of the latest {@link #call}. */
        int errno() {
            return (int) ERRNO.get(state, 0L);
        }

        int getSocketOption(
                int descriptor, int level, int name, MemorySegment value, MemorySegment length) {
            try {
                return (int) getsockopt.invokeExact(descriptor, level, name, value, length);
            } catch (Throwable failed) {
                throw new AssertionError(failed);
            }
        }

        int getSocketName(int descriptor, MemorySegment address, MemorySegment length) {
            try {
                return (int) getsockname.invokeExact(descriptor, address, length);
            } catch (Throwable failed) {
                throw new AssertionError(failed);
            }
        }

        void close(int descriptor) {
            try {
                var ignored = (int) close.invokeExact(descriptor);
            } catch (Throwable failed) {
                throw new AssertionError(failed);
            }
        }
    }
}
