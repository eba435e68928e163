package io.holdfast.simulation.mutation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Holdfast with one bug planted in it, and the simulator on top: classes of their own. */
final class MutantWorld extends ClassLoader {
    private static final String OURS = "io.holdfast.";

    private final Map<String, byte[]> planted;

    private MutantWorld(Map<String, byte[]> planted) {
        super(MutantWorld.class.getClassLoader());
        this.planted = planted;
    }

    static MutantWorld of(PlantedBug bug) throws IOException {
        return new MutantWorld(compile(bug.className(), bug.planted()));
    }

    private static Map<String, byte[]> compile(String name, String source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, ByteArrayOutputStream> classes = new HashMap<>();
        StringBuilder complaints = new StringBuilder();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
            JavaFileManager memory = new ForwardingJavaFileManager<JavaFileManager>(files) {
                @Override
                public JavaFileObject getJavaFileForOutput(
                        Location location,
                        String className,
                        JavaFileObject.Kind kind,
                        FileObject sibling) {
                    URI uri = URI.create("memory:///" + className + ".class");
                    return new SimpleJavaFileObject(uri, kind) {
                        @Override
                        public OutputStream openOutputStream() {
                            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                            classes.put(className, bytes);
                            return bytes;
                        }
                    };
                }
            };
            String path = name.replace('.', '/');
            JavaFileObject unit =
                    new SimpleJavaFileObject(
                            URI.create("memory:///" + path + ".java"), JavaFileObject.Kind.SOURCE) {
                        @Override
                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                            return source;
                        }
                    };
            List<String> options =
                    List.of("-nowarn", "-proc:none", "-cp", System.getProperty("java.class.path"));
            boolean compiled = compiler.getTask(
                            null,
                            memory,
                            problem -> complaints.append(problem).append('\n'),
                            options,
                            null,
                            List.of(unit))
                    .call();
            if (!compiled) {
                throw new IllegalStateException(
                        "The planted bug in " + name + " does not compile: " + complaints);
            }
        }
        Map<String, byte[]> bytes = new HashMap<>();
        classes.forEach((each, out) -> bytes.put(each, out.toByteArray()));
        return bytes;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known == null ? define(name) : known;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = planted.get(name);
        if (bytes == null) {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                bytes = in.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    /** The checker that fails for the seed; empty when none does. */
    String failureOf(long seed) throws ReflectiveOperationException {
        Class<?> simulation = loadClass("io.holdfast.simulation.run.Simulation");
        Object outcome;
        try {
            outcome = simulation.getMethod("run", long.class).invoke(null, seed);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException) {
                return "exception";
            }
            throw e; // The bug does not fit what it was planted in.
        }
        Object failure = outcome.getClass().getMethod("failure").invoke(outcome);
        if (failure instanceof RuntimeException found && tellsOfLinkage(found.getMessage())) {
            throw new ReflectiveOperationException("The bug does not link with its world.", found);
        }
        Method kind = outcome.getClass().getMethod("failureKind");
        return (String) kind.invoke(outcome);
    }

    /** VerifyError, NoSuchMethodError and their like are no bug that a simulation has found. */
    private static boolean tellsOfLinkage(@Nullable String message) {
        String error = String.valueOf(message).split("[:\\s]", 2)[0];
        try {
            return LinkageError.class.isAssignableFrom(Class.forName(error));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** The checker that fails for the seed with that schedule, a line for each act. */
    String failureOf(long seed, List<String> schedule) throws ReflectiveOperationException {
        Method parse = loadClass("io.holdfast.simulation.run.Act").getMethod("parse", String.class);
        List<Object> acts = new ArrayList<>();
        for (String line : schedule) {
            acts.add(parse.invoke(null, line));
        }
        Class<?> simulation = loadClass("io.holdfast.simulation.run.Simulation");
        Object outcome = simulation
                .getMethod("run", long.class, List.class, int.class)
                .invoke(null, seed, acts, 0);
        return (String) outcome.getClass().getMethod("failureKind").invoke(outcome);
    }

    /** Whether the clients of a drain still arrive at its rate. */
    boolean arrivalRateHolds() throws ReflectiveOperationException {
        Class<?> deploy = loadClass("io.holdfast.simulation.scale.RollingDeploy");
        return (boolean)
                deploy.getMethod("arrivalRateHolds", int.class, int.class).invoke(null, 50, 1_000);
    }
}
