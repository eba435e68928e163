package io.holdfast.cli;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Signals to the process. A JVM shutdown hook would not do: it runs once, cannot be told of a second
 * signal, and ends in the middle of the exit. {@code sun.misc.Signal} is the JDK's only other way.
 * It is looked up by name because javac warns of every mention of it, and no option says otherwise.
 */
final class Signals {
    private Signals() {}

    /**
     * Runs the action, on a thread of the JVM's own, each time the signal arrives.
     *
     * @param name without "SIG"
     */
    static void on(String name, Runnable action) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            InvocationHandler calls = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    action.run();
                }
                return null;
            };
            Object handler = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, calls);
            Constructor<?> signal = signalType.getConstructor(String.class);
            signalType
                    .getMethod("handle", signalType, handlerType)
                    .invoke(null, signal.newInstance(name), handler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "SIG" + name + " cannot be handled on this JVM: run Holdfast on OpenJDK 25", e);
        }
    }
}
