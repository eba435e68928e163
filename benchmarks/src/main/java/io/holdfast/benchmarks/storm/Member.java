package io.holdfast.benchmarks.storm;

import io.holdfast.client.Event;
import io.holdfast.client.EventListener;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * One client of the fleet, as its listener sees it: when it was told, left and came back, and
 * whether each of its messages, numbered from 0, was heard once and in order. Thread-safe. Times
 * are {@link System#nanoTime}.
 */
final class Member implements EventListener {
    private final String id;
    private final List<Long> connected = new ArrayList<>();
    private final List<Long> disconnected = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();
    private int next;
    private int skipped;
    private int repeated;
    private int gaps;
    private boolean closed;

    /** The server's advice, and when it was heard. */
    record Told(long atNanos, long comeBackAfterNanos) {
        long dueNanos() {
            return atNanos + comeBackAfterNanos;
        }
    }

    Member(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    @Override
    public synchronized void on(Event event) {
        long now = System.nanoTime();
        switch (event) {
            case Event.Connected ignored -> connected.add(now);
            case Event.Disconnected ignored -> disconnected.add(now);
            case Event.Advice advice ->
                told.add(new Told(now, advice.comeBackAfter().toNanos()));
            case Event.Message message -> heard(Integer.parseInt(message.data()));
            case Event.Gap ignored -> gaps++;
            case Event.Closed ignored -> closed = true;
            default -> {}
        }
    }

    private void heard(int number) {
        if (number < next) {
            repeated++;
            return;
        }
        skipped += number - next;
        next = number + 1;
    }

    /** The last number heard, plus one. */
    synchronized int next() {
        return next;
    }

    synchronized int skipped() {
        return skipped;
    }

    synchronized int repeated() {
        return repeated;
    }

    synchronized int gaps() {
        return gaps;
    }

    /** Whether it has given up. */
    synchronized boolean closed() {
        return closed;
    }

    /** The first time that it was connected after this moment. */
    synchronized OptionalLong connectedAfter(long nanos) {
        return first(connected, nanos);
    }

    /** The first time that it lost, or gave back, its connection after this moment. */
    synchronized OptionalLong disconnectedAfter(long nanos) {
        return first(disconnected, nanos);
    }

    /** The times that it was connected after this moment: 1 unless it was lost again. */
    synchronized long connectionsAfter(long nanos) {
        return connected.stream().filter(at -> at - nanos > 0).count();
    }

    synchronized List<Told> told() {
        return List.copyOf(told);
    }

    private static OptionalLong first(List<Long> times, long nanos) {
        return times.stream()
                .filter(at -> at - nanos > 0)
                .mapToLong(Long::longValue)
                .findFirst();
    }
}
