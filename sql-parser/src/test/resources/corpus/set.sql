SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ
SET TRANSACTION READ WRITE
SET LOCAL TRANSACTION ISOLATION LEVEL READ UNCOMMITTED
SET @@session.sql_mode = CONCAT(@@sql_mode, ',ANSI'), @x = NULL
SET @@persist.max_connections = 5, PERSIST_ONLY y = 2
SET hot_cache.key_buffer_size = 10
SET sql_mode = ANSI, character_set_client = utf8mb4
SET SESSION group_concat_max_len = 1024 * 1024
SET NAMES binary
SET NAMES utf8mb4 COLLATE DEFAULT
SET foreign_key_checks = OFF, unique_checks = 0
SET @a := @b := 5
SET time_zone = '+00:00', wait_timeout = DEFAULT
USE `my db`
SET @a = 1, @b := (SELECT 2), GLOBAL c = 3, SESSION d = 'x', @@e = ON, @@global.f = OFF, PERSIST g = DEFAULT, LOCAL h = BINARY, time_zone = SYSTEM
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_bin'
SET NAMES DEFAULT
SET CHARACTER SET utf8
SET CHARSET 'latin1'
SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY
SET GLOBAL TRANSACTION ISOLATION LEVEL SERIALIZABLE
SET autocommit = 0, NAMES utf8
USE db
SET character_set_results = NULL
SET autocommit=1
SET sql_mode='STRICT_TRANS_TABLES'
SET NAMES utf8mb4
set session transaction read write
