-- The tables of the shop, created through the mesh like on any MySQL server: mysql ... shop < schema.sql
--
-- A unique key of a sharded table contains its sharding key, because a shard can only tell about its own rows.

-- Sharded by id. New ids are made by the mesh, unique over all shards.
CREATE TABLE customers (
  id BIGINT NOT NULL AUTO_INCREMENT,
  name VARCHAR(80) NOT NULL,
  email VARCHAR(120) NOT NULL,
  country CHAR(2) NOT NULL,
  city VARCHAR(60) NOT NULL,
  joined DATE NOT NULL,
  credit DECIMAL(10,2) NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  KEY by_country (country)
) DEFAULT CHARSET = utf8mb4;

-- Sharded by customer_id: an order is where its customer is.
CREATE TABLE orders (
  id BIGINT NOT NULL AUTO_INCREMENT,
  customer_id BIGINT NOT NULL,
  placed DATETIME NOT NULL,
  status VARCHAR(10) NOT NULL,
  total DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (id, customer_id),
  KEY by_customer (customer_id, placed),
  KEY by_time (placed)
) DEFAULT CHARSET = utf8mb4;

-- Sharded by customer_id too, which is why the table has it.
CREATE TABLE order_items (
  customer_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  line SMALLINT NOT NULL,
  product_id INT NOT NULL,
  quantity INT NOT NULL,
  price DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (customer_id, order_id, line),
  KEY by_product (product_id)
) DEFAULT CHARSET = utf8mb4;

-- Reference tables: the same rows on each shard.
CREATE TABLE products (
  id INT NOT NULL,
  name VARCHAR(80) NOT NULL,
  category VARCHAR(30) NOT NULL,
  price DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (id)
) DEFAULT CHARSET = utf8mb4;

CREATE TABLE countries (
  code CHAR(2) NOT NULL,
  name VARCHAR(60) NOT NULL,
  PRIMARY KEY (code)
) DEFAULT CHARSET = utf8mb4;

-- No rule: a single table in the schema's default place.
CREATE TABLE settings (
  name VARCHAR(40) NOT NULL,
  value VARCHAR(200) NOT NULL,
  PRIMARY KEY (name)
) DEFAULT CHARSET = utf8mb4;
