package io.holdfast.store.disk;

import io.holdfast.store.Outcome;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamBatch;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/** What a store over SQLite would do for a batch: one writer, one transaction for what waits. */
final class SqliteAppender implements AutoCloseable {
    private record Item(StreamBatch batch, Outcome outcome) {}

    private final LinkedBlockingQueue<Item> waiting = new LinkedBlockingQueue<>();
    private final Connection connection;
    private final Thread thread;

    SqliteAppender(Path directory) throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store.db"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=FULL");
            statement.execute("CREATE TABLE batch(stream TEXT, seq INTEGER, epoch TEXT,"
                    + " clock INTEGER, bytes BLOB, PRIMARY KEY(stream, seq)) WITHOUT ROWID");
        }
        connection.setAutoCommit(false);
        thread = Thread.ofPlatform().name("sqlite").daemon(true).unstarted(this::run);
        thread.start();
    }

    void append(StreamBatch batch, Outcome outcome) {
        waiting.add(new Item(batch, outcome));
    }

    private void run() {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO batch VALUES(?, ?, ?, ?, ?)")) {
            List<Item> items = new ArrayList<>();
            while (true) {
                items.add(waiting.take());
                waiting.drainTo(items);
                for (Item item : items) {
                    insert(insert, item.batch());
                }
                connection.commit();
                items.forEach(item -> item.outcome().committed());
                items.clear();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private static void insert(PreparedStatement insert, StreamBatch batch) throws SQLException {
        insert.setString(1, batch.stream());
        insert.setLong(2, batch.firstSeq());
        insert.setString(3, batch.epoch());
        insert.setLong(4, batch.clockMillis());
        insert.setBytes(5, Arrays.copyOf(batch.bytes(), batch.length()));
        insert.executeUpdate();
    }

    @Override
    public void close() throws StoreException {
        thread.interrupt();
        try {
            thread.join();
            connection.close();
        } catch (SQLException | InterruptedException e) {
            throw new StoreException("SQLite could not be closed.", e);
        }
    }
}
