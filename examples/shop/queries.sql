-- Queries to try on the shop: ./dbmesh demo prints them. A comment says what the statements below it show; one that begins
-- with "Refused:" stands before a statement that the mesh does not carry out.

-- One row by its sharding key: relayed from the one shard that has it.
SELECT * FROM customers WHERE id = 42;

-- A join of co-located and reference tables: runs whole on the customer's shard.
SELECT o.id, o.placed, p.name, i.quantity, i.price
  FROM orders o
  JOIN order_items i ON i.customer_id = o.customer_id AND i.order_id = o.id
  JOIN products p ON p.id = i.product_id
 WHERE o.customer_id = 42 ORDER BY o.placed DESC, o.id, i.line LIMIT 10;

-- The largest orders of all: each shard sends its ten, merged as they stream.
SELECT o.id, o.total, c.name FROM orders o JOIN customers c ON c.id = o.customer_id
 ORDER BY o.total DESC, o.id LIMIT 10;

-- Groups over all shards: counts, sums and averages are combined exactly.
SELECT status, COUNT(*), SUM(total), AVG(total), MAX(placed)
  FROM orders GROUP BY status ORDER BY status;

-- Sales by category, the best first: joined on the shards, grouped over them, sorted at the end.
SELECT p.category, SUM(i.quantity) AS sold, SUM(i.quantity * i.price) AS revenue
  FROM order_items i JOIN products p ON p.id = i.product_id
 GROUP BY p.category ORDER BY revenue DESC;

-- Groups by the sharding key: each group is whole on one shard, so HAVING works.
SELECT customer_id, COUNT(*) AS n, SUM(total) AS spent
  FROM orders GROUP BY customer_id HAVING COUNT(*) > 20
 ORDER BY spent DESC, customer_id LIMIT 5;

-- How the mesh goes about a query, and why.
MESH EXPLAIN SELECT status, COUNT(*) FROM orders WHERE customer_id IN (7, 8, 9) GROUP BY status;

-- Where the shards are.
MESH SHOW SHARDS;

-- What each table is to the mesh.
MESH SHOW TABLES;

-- A new order: the mesh makes the id, and LAST_INSERT_ID() knows it.
INSERT INTO orders (customer_id, placed, status, total) VALUES (42, '2026-01-01 12:00:00', 'new', 19.90);
SELECT LAST_INSERT_ID();
SELECT id, customer_id, status, total FROM orders WHERE customer_id = 42 AND status = 'new' AND total = 19.90;

-- A transaction over two shards.
START TRANSACTION;
UPDATE customers SET credit = credit - 10 WHERE id = 7;
UPDATE customers SET credit = credit + 10 WHERE id = 42;
SELECT SUM(credit) FROM customers WHERE id IN (7, 42);
COMMIT;

-- A change of a reference table: carried out on every shard.
UPDATE products SET price = price * 2 WHERE id = 1;

-- A table without a rule, as it always was.
SELECT name, value FROM settings ORDER BY name;

-- Refused: customers of the same city lie on different shards, and DBMesh does not join across shards yet.
SELECT b.id, b.name
  FROM customers a JOIN customers b ON b.city = a.city AND b.id <> a.id
 WHERE a.id = 42;
