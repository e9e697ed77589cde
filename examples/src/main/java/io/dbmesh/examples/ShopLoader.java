package io.dbmesh.examples;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Makes the shop's tables and fills them by INSERTs of many rows on several connections, as any client would. */
final class ShopLoader {
    private static final int CONNECTIONS = 4;
    private static final int CUSTOMERS_PER_INSERT = 1000;
    private static final int ORDERS_PER_INSERT = 500;

    private final Connections connections;
    private final ShopData data;
    private final IntConsumer progress;

    /** @param progress told how many per cent of the customers and orders are loaded, by several threads */
    ShopLoader(Connections connections, ShopData data, IntConsumer progress) {
        this.connections = connections;
        this.data = data;
        this.progress = progress;
    }

    /** Opens connections to the schema to be filled. */
    interface Connections {
        Connection open() throws SQLException;
    }

    /** Rows that go together. */
    private interface Batch {
        void insert(Statement statement) throws SQLException;
    }

    void load() throws SQLException, InterruptedException {
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement()) {
            for (String sql : ShopFile.statements(ShopFile.SCHEMA.text())) {
                statement.execute(sql);
            }
            insert(statement, "countries (code, name)", ShopData.countries());
            insert(statement, "products (id, name, category, price)", ShopData.products());
            insert(statement, "settings (name, value)", data.settings());
        }
        loadCustomersAndOrders();
    }

    private void loadCustomersAndOrders() throws SQLException, InterruptedException {
        List<Batch> batches = new ArrayList<>();
        for (int first = 1; first <= data.customers(); first += CUSTOMERS_PER_INSERT) {
            int from = first;
            batches.add(statement -> insertCustomers(statement, from));
        }
        for (int first = 1; first <= data.orders(); first += ORDERS_PER_INSERT) {
            int from = first;
            batches.add(statement -> insertOrders(statement, from));
        }
        runAll(batches);
    }

    private void insertCustomers(Statement statement, int first) throws SQLException {
        List<String> rows = new ArrayList<>(CUSTOMERS_PER_INSERT);
        for (int id = first; id < first + CUSTOMERS_PER_INSERT && id <= data.customers(); id++) {
            rows.add(data.customer(id));
        }
        insert(statement, "customers (id, name, email, country, city, joined, credit)", rows);
    }

    private void insertOrders(Statement statement, int first) throws SQLException {
        List<String> rows = new ArrayList<>(ORDERS_PER_INSERT);
        List<String> items = new ArrayList<>();
        for (int id = first; id < first + ORDERS_PER_INSERT && id <= data.orders(); id++) {
            ShopData.Order order = data.order(id);
            rows.add(order.row());
            items.addAll(order.items());
        }
        insert(statement, "orders (id, customer_id, placed, status, total)", rows);
        insert(statement, "order_items (customer_id, order_id, line, product_id, quantity, price)", items);
    }

    private static void insert(Statement statement, String target, List<String> rows) throws SQLException {
        statement.executeUpdate("INSERT INTO " + target + " VALUES " + String.join(", ", rows));
    }

    /** Each connection takes the next batch when it is done with one; all end at the first failure. */
    private void runAll(List<Batch> batches) throws SQLException, InterruptedException {
        Queue<Batch> waiting = new ConcurrentLinkedQueue<>(batches);
        AtomicInteger done = new AtomicInteger();
        Callable<Integer> worker = () -> {
            int count = 0;
            try (Connection connection = connections.open();
                    Statement statement = connection.createStatement()) {
                for (Batch batch = waiting.poll(); batch != null; batch = waiting.poll()) {
                    batch.insert(statement);
                    count++;
                    progress.accept(100 * done.incrementAndGet() / batches.size());
                }
            } catch (SQLException failure) {
                waiting.clear();
                throw failure;
            }
            return count;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            for (Future<Integer> result : threads.invokeAll(Collections.nCopies(CONNECTIONS, worker))) {
                result.get();
            }
        } catch (ExecutionException failure) {
            throw new SQLException("Cannot load the shop: " + failure.getCause(), failure.getCause());
        }
    }
}
