/*
 * MySQL 8.0 with MariaDB's additions, after the statement syntax of MySQL's manual.
 *
 * A parser grammar only: its tokens come from io.dbmesh.sql.lexer.Lexer and have the names of TokenKind.
 *
 * How it is laid out, so that it stays fast and shallow:
 * - Operators are read as flat lists; their precedence is applied when the tree is built. No rule is left-recursive.
 * - A parenthesis that opens a query is a token of its own (QUERY_PAREN, see StatementTokens), so that no lookahead runs
 *   through nested parentheses.
 * - What the mesh need not understand is read as balanced tokens (piece).
 */
parser grammar MySqlGrammar;

options {
    superClass = BoundedParser;
}

tokens {
    IDENTIFIER, STRING_NAME, USER_VARIABLE, ASSIGNED_VARIABLE, HINT, INTEGER_LITERAL, DECIMAL_LITERAL,
    FLOAT_LITERAL, STRING_LITERAL, NATIONAL_LITERAL, HEX_LITERAL, BIT_LITERAL, TEMPORAL_LITERAL, PARAMETER, CELL,
    LEFT_PAREN, QUERY_PAREN, RIGHT_PAREN, LEFT_BRACE, RIGHT_BRACE, LEFT_BRACKET, RIGHT_BRACKET, COMMA, DOT,
    SEMICOLON, COLON, AT_SIGN, AT_AT, PLUS, MINUS, STAR, SLASH, PERCENT, CARET, TILDE, BANG, AMPERSAND, PIPE,
    AND_AND, OR_OR, CONCAT_PIPES, SHIFT_LEFT, SHIFT_RIGHT, EQUAL, NOT_EQUAL, LESS_THAN, LESS_OR_EQUAL, GREATER_THAN,
    GREATER_OR_EQUAL, NULL_SAFE_EQUAL, ASSIGN, ARROW, LONG_ARROW, HIGH_NOT,
    ACCESSIBLE, ADD, ALL, ALTER, ANALYZE, AND, AS, ASC, ASENSITIVE, BEFORE, BETWEEN, BIGINT, BINARY, BLOB, BOTH, BY,
    CALL, CASCADE, CASE, CHANGE, CHAR, CHARACTER, CHECK, COLLATE, COLUMN, CONDITION, CONSTRAINT, CONTINUE, CONVERT,
    CREATE, CROSS, CUBE, CUME_DIST, CURRENT_DATE, CURRENT_TIME, CURRENT_TIMESTAMP, CURRENT_USER, CURSOR, DATABASE,
    DATABASES, DAY_HOUR, DAY_MICROSECOND, DAY_MINUTE, DAY_SECOND, DEC, DECIMAL, DECLARE, DEFAULT, DELAYED, DELETE,
    DENSE_RANK, DESC, DESCRIBE, DETERMINISTIC, DISTINCT, DISTINCTROW, DIV, DOUBLE, DROP, DUAL, EACH, ELSE, ELSEIF,
    EMPTY, ENCLOSED, ESCAPED, EXCEPT, EXISTS, EXIT, EXPLAIN, FALSE, FETCH, FIRST_VALUE, FLOAT, FLOAT4, FLOAT8, FOR,
    FORCE, FOREIGN, FROM, FULLTEXT, FUNCTION, GENERATED, GET, GRANT, GROUP, GROUPING, GROUPS, HAVING, HIGH_PRIORITY,
    HOUR_MICROSECOND, HOUR_MINUTE, HOUR_SECOND, IF, IGNORE, IN, INDEX, INFILE, INNER, INOUT, INSENSITIVE, INSERT,
    INT, INT1, INT2, INT3, INT4, INT8, INTEGER, INTERSECT, INTERVAL, INTO, IO_AFTER_GTIDS, IO_BEFORE_GTIDS, IS,
    ITERATE, JOIN, JSON_TABLE, KEY, KEYS, KILL, LAG, LAST_VALUE, LATERAL, LEAD, LEADING, LEAVE, LEFT, LIKE, LIMIT,
    LINEAR, LINES, LOAD, LOCALTIME, LOCALTIMESTAMP, LOCK, LONG, LONGBLOB, LONGTEXT, LOOP, LOW_PRIORITY, MASTER_BIND,
    MASTER_SSL_VERIFY_SERVER_CERT, MATCH, MAXVALUE, MEDIUMBLOB, MEDIUMINT, MEDIUMTEXT, MIDDLEINT,
    MINUTE_MICROSECOND, MINUTE_SECOND, MOD, MODIFIES, NATURAL, NOT, NO_WRITE_TO_BINLOG, NTH_VALUE, NTILE, NULL,
    NUMERIC, OF, ON, OPTIMIZE, OPTIMIZER_COSTS, OPTION, OPTIONALLY, OR, ORDER, OUT, OUTER, OUTFILE, OVER, PARTITION,
    PERCENT_RANK, PRECISION, PRIMARY, PROCEDURE, PURGE, RANGE, RANK, READ, READS, READ_WRITE, REAL, RECURSIVE,
    REFERENCES, REGEXP, RELEASE, RENAME, REPEAT, REPLACE, REQUIRE, RESIGNAL, RESTRICT, RETURN, REVOKE, RIGHT, RLIKE,
    ROW, ROWS, ROW_NUMBER, SCHEMA, SCHEMAS, SECOND_MICROSECOND, SELECT, SENSITIVE, SEPARATOR, SET, SHOW, SIGNAL,
    SMALLINT, SPATIAL, SPECIFIC, SQL, SQLEXCEPTION, SQLSTATE, SQLWARNING, SQL_BIG_RESULT, SQL_CALC_FOUND_ROWS,
    SQL_SMALL_RESULT, SSL, STARTING, STORED, STRAIGHT_JOIN, SYSTEM, TABLE, TERMINATED, THEN, TINYBLOB, TINYINT,
    TINYTEXT, TO, TRAILING, TRIGGER, TRUE, UNDO, UNION, UNIQUE, UNLOCK, UNSIGNED, UPDATE, USAGE, USE, USING,
    UTC_DATE, UTC_TIME, UTC_TIMESTAMP, VALUES, VARBINARY, VARCHAR, VARCHARACTER, VARYING, VIRTUAL, WHEN, WHERE,
    WHILE, WINDOW, WITH, WRITE, XOR, YEAR_MONTH, ZEROFILL,
    ACTION, AFTER, AGAINST, AGGREGATE, ALGORITHM, ANY, ARRAY, ASCII, AUTO_INCREMENT, AVG, BEGIN, BINLOG, BOOLEAN,
    BYTE, CACHE, CHAIN, CHARSET, CHECKSUM, CLONE, CODE, COLLATION, COLUMNS, COMMENT, COMMIT, COMMITTED, CONNECTION,
    CONSISTENT, CONCURRENT, CURRENT, DATA, DATE, DATETIME, DAY, DEALLOCATE, DEFINER, DISABLE, DO, DUPLICATE, ENABLE,
    END, ENGINE, ENGINES, ERRORS, ESCAPE, EVENT, EVENTS, EXCLUDE, EXECUTE, EXPANSION, EXTENDED, FIELDS, FIRST,
    FLUSH, FOLLOWING, FORMAT, FULL, GLOBAL, GRANTS, HANDLER, HELP, HOUR, IMPORT, INDEXES, INSTALL, INSTANCE,
    ISOLATION, INVISIBLE, JSON, LANGUAGE, LAST, LEVEL, LOCAL, LOCKED, LOGFILE, LOGS, MASTER, MEMBER, MERGE, MESH,
    MICROSECOND, MINUTE, MODE, MODIFY, MONTH, NAMES, NATIONAL, NCHAR, NESTED, NEXT, NO, NOWAIT, NULLS, OFFSET, OJ,
    ONLY, OPEN, OPTIONS, ORDINALITY, OTHERS, PARTITIONS, PASSWORD, PATH, PERSIST, PERSIST_ONLY, PLUGINS, PRECEDING,
    PREPARE, PRIVILEGES, PROCESSLIST, PROFILE, PROFILES, QUARTER, QUERY, QUICK, REBUILD, RECOVER, REMOVE,
    REORGANIZE, REPAIR, REPEATABLE, REPLICA, RESET, RESOURCE, RESPECT, RESTART, RETURNING, ROLE, ROLLBACK, ROLLUP,
    SAVEPOINT, SECOND, SECURITY, SEQUENCE, SERIALIZABLE, SERVER, SESSION, SESSIONS, SHARDS, SHARE, SHUTDOWN, SIGNED,
    SKIP, SLAVE, SNAPSHOT, SOME, SOUNDS, SOURCES, SQL_BUFFER_RESULT, SQL_CACHE, SQL_NO_CACHE, START, STATUS, STOP,
    STORAGE, SUPER, SUBPARTITION, TABLES, TABLESPACE, TEMPORARY, TEXT, TIES, TIME, TIMESTAMP, TRANSACTION, TRIGGERS,
    TRUNCATE, TYPE, UNBOUNDED, UNCOMMITTED, UNICODE, UNINSTALL, UNKNOWN, UNTIL, USER, VALUE, VARIABLES, VIEW,
    VISIBLE, WAIT, WARNINGS, WEEK, WORK, XA, YEAR, ZONE,
    ADDDATE, BIT_AND, BIT_OR, BIT_XOR, CAST, COUNT, DATE_ADD, DATE_SUB, EXTRACT, GROUP_CONCAT, JSON_ARRAYAGG,
    JSON_OBJECTAGG, MAX, MID, MIN, POSITION, STD, STDDEV, STDDEV_POP, STDDEV_SAMP, SUBDATE, SUBSTR, SUBSTRING, SUM,
    TRIM, VARIANCE, VAR_POP, VAR_SAMP
}

// ---------------------------------------------------------------- statements

whole
    : statement EOF
    ;

statement
    : withClause (queryExpression | update | delete)
    | queryExpression
    | insert
    | update
    | delete
    | transaction
    | set
    | use
    | show
    | ddl // before EXPLAIN: ANALYZE TABLE t is no ANALYZE of the query TABLE t
    | explain
    | kill
    | lockTables
    | mesh
    | other
    ;

// ---------------------------------------------------------------- queries

query
    : withClause? queryExpression
    ;

withClause
    : WITH RECURSIVE? commonTable (COMMA commonTable)*
    ;

commonTable
    : identifier columnNames? AS QUERY_PAREN query RIGHT_PAREN
    ;

columnNames
    : LEFT_PAREN identifier (COMMA identifier)* RIGHT_PAREN
    ;

queryExpression
    : queryOperand (setOperator queryOperand)* orderBy? limit? (locking | into)*
    ;

setOperator
    : (UNION | INTERSECT | EXCEPT) (ALL | DISTINCT)?
    ;

queryOperand
    : selectBlock
    | VALUES valuesRow (COMMA valuesRow)*
    | TABLE tableName
    | QUERY_PAREN query RIGHT_PAREN
    ;

valuesRow
    : ROW LEFT_PAREN (expression (COMMA expression)*)? RIGHT_PAREN
    ;

selectBlock
    : SELECT selectModifier* selectItems into? from? where? groupBy? having? windows?
    ;

selectModifier
    : ALL
    | DISTINCT
    | DISTINCTROW
    | HIGH_PRIORITY
    | STRAIGHT_JOIN
    | SQL_SMALL_RESULT
    | SQL_BIG_RESULT
    | SQL_BUFFER_RESULT
    | SQL_CACHE
    | SQL_NO_CACHE
    | SQL_CALC_FOUND_ROWS
    ;

selectItems
    : selectItem (COMMA selectItem)*
    ;

selectItem
    : STAR
    | expression alias?
    ;

alias
    : AS? (identifier | STRING_NAME)
    ;

from
    : FROM (DUAL | tableReferences)
    ;

where
    : WHERE expression
    ;

groupBy
    : GROUP BY orderItems (WITH ROLLUP)?
    ;

having
    : HAVING expression
    ;

windows
    : WINDOW windowDefinition (COMMA windowDefinition)*
    ;

windowDefinition
    : identifier AS windowParentheses
    ;

orderBy
    : ORDER BY orderItems
    ;

orderItems
    : orderItem (COMMA orderItem)*
    ;

orderItem
    : expression (ASC | DESC)?
    ;

limit
    : LIMIT limitValue ((COMMA | OFFSET) limitValue)?
    ;

limitValue
    : INTEGER_LITERAL
    | HEX_LITERAL
    | PARAMETER
    | identifier
    ;

locking
    : FOR (UPDATE | SHARE) (OF tableName (COMMA tableName)*)? (NOWAIT | SKIP LOCKED | WAIT INTEGER_LITERAL)?
    | LOCK IN SHARE MODE
    ;

into
    : INTO OUTFILE text exportOption*
    | INTO identifier text
    | INTO intoVariable (COMMA intoVariable)*
    ;

intoVariable
    : USER_VARIABLE
    | identifier
    ;

exportOption
    : (CHARACTER SET | CHARSET) (identifier | STRING_NAME | BINARY)
    | FIELDS
    | COLUMNS
    | LINES
    | OPTIONALLY? (TERMINATED | ENCLOSED | ESCAPED | STARTING) BY (text | HEX_LITERAL | BIT_LITERAL)
    ;

text
    : STRING_LITERAL
    | STRING_NAME
    ;

// ---------------------------------------------------------------- tables

tableReferences
    : tableReference (COMMA tableReference)*
    ;

// Joins and their conditions in the order of the text; which condition belongs to which join is found by the tree builder.
tableReference
    : tableFactor joinPart*
    ;

joinPart
    : joinType tableFactor
    | ON expression
    | USING columnNames
    ;

joinType
    : (INNER | CROSS)? JOIN
    | STRAIGHT_JOIN
    | (LEFT | RIGHT) OUTER? JOIN
    | NATURAL (INNER | (LEFT | RIGHT) OUTER?)? JOIN
    ;

tableFactor
    : tableName partitions? alias? indexHint*
    | LATERAL? QUERY_PAREN query RIGHT_PAREN (alias columnNames?)?
    | LEFT_PAREN tableReferences RIGHT_PAREN
    | JSON_TABLE LEFT_PAREN expression COMMA (piece | COMMA)* RIGHT_PAREN alias?
    | LEFT_BRACE OJ tableReference RIGHT_BRACE
    ;

tableName
    : identifier (DOT identifier)?
    ;

partitions
    : PARTITION LEFT_PAREN identifier (COMMA identifier)* RIGHT_PAREN
    ;

indexHint
    : (USE | FORCE | IGNORE) (INDEX | KEY) (FOR (JOIN | ORDER BY | GROUP BY))?
        LEFT_PAREN ((identifier | PRIMARY) (COMMA (identifier | PRIMARY))*)? RIGHT_PAREN
    ;

// ---------------------------------------------------------------- changes of data

insert
    : (INSERT | REPLACE) (LOW_PRIORITY | DELAYED | HIGH_PRIORITY)? IGNORE? INTO? tableName partitions?
        (insertColumns? insertSource | SET assignments) rowAlias? onDuplicate? returning?
    ;

insertColumns
    : LEFT_PAREN (column (COMMA column)*)? RIGHT_PAREN
    ;

insertSource
    : (VALUES | VALUE) insertRow (COMMA insertRow)*
    | query
    ;

insertRow
    : LEFT_PAREN (insertValue (COMMA insertValue)*)? RIGHT_PAREN
    | QUERY_PAREN query RIGHT_PAREN
    ;

insertValue
    : CELL
    | expression
    ;

rowAlias
    : AS identifier columnNames?
    ;

onDuplicate
    : ON DUPLICATE KEY UPDATE assignments
    ;

returning
    : RETURNING selectItems
    ;

assignments
    : assignment (COMMA assignment)*
    ;

assignment
    : column (EQUAL | ASSIGN) expression
    ;

column
    : identifier (DOT identifier (DOT identifier)?)?
    ;

update
    : UPDATE LOW_PRIORITY? IGNORE? tableReferences SET assignments where? orderBy? limit?
    ;

delete
    : DELETE (LOW_PRIORITY | QUICK | IGNORE)*
        ( FROM tableName alias? partitions? where? orderBy? limit? returning?
        | FROM deleteTargets USING tableReferences where?
        | deleteTargets FROM tableReferences where?
        )
    ;

deleteTargets
    : deleteTarget (COMMA deleteTarget)*
    ;

deleteTarget
    : tableName (DOT STAR)?
    ;

// ---------------------------------------------------------------- transactions

transaction
    : START TRANSACTION (characteristic (COMMA characteristic)*)?
    | BEGIN WORK?
    | (COMMIT | ROLLBACK) WORK? (AND noWord? CHAIN)? (noWord? RELEASE)?
    | ROLLBACK WORK? TO SAVEPOINT? identifier
    | SAVEPOINT identifier
    | RELEASE SAVEPOINT identifier
    ;

noWord
    : NO
    ;

characteristic
    : WITH CONSISTENT SNAPSHOT
    | READ WRITE
    | READ ONLY
    ;

// ---------------------------------------------------------------- SET, USE

set
    : SET setTransaction
    | SET setItem (COMMA setItem)*
    ;

setTransaction
    : (GLOBAL | SESSION | LOCAL)? TRANSACTION transactionOption (COMMA transactionOption)*
    ;

transactionOption
    : ISOLATION LEVEL isolation
    | READ (ONLY | WRITE)
    ;

isolation
    : READ UNCOMMITTED
    | READ COMMITTED
    | REPEATABLE READ
    | SERIALIZABLE
    ;

setItem
    : NAMES (charset (COLLATE collation)? | DEFAULT)
    | (CHARACTER SET | CHAR SET | CHARSET) (charset | DEFAULT)
    | setTarget (EQUAL | ASSIGN) setValue
    ;

charset
    : identifier
    | STRING_NAME
    | BINARY
    ;

collation
    : identifier
    | STRING_NAME
    | BINARY
    | DEFAULT
    ;

setTarget
    : USER_VARIABLE
    | ASSIGNED_VARIABLE
    | systemVariable
    | (GLOBAL | SESSION | LOCAL | PERSIST | PERSIST_ONLY)? identifier (DOT identifier)?
    ;

setValue
    : ON
    | ALL
    | BINARY
    | ROW
    | SYSTEM
    | expression
    ;

use
    : USE identifier
    ;

// ---------------------------------------------------------------- SHOW, EXPLAIN, KILL, LOCK

show
    : SHOW showFlag*
        ( (DATABASES | SCHEMAS) showFilter?
        | (TABLES | TABLE STATUS | TRIGGERS | EVENTS | OPEN TABLES) showFrom? showFilter?
        | (COLUMNS | FIELDS) (FROM | IN) tableName showFrom? showFilter?
        | (INDEX | INDEXES | KEYS) (FROM | IN) tableName showFrom? showFilter?
        | CREATE (TABLE | VIEW) tableName
        | CREATE (DATABASE | SCHEMA) (IF NOT EXISTS)? identifier
        | showPiece+ showFilter?
        )
    ;

showFlag
    : FULL
    | EXTENDED
    | GLOBAL
    | SESSION
    | LOCAL
    ;

showFrom
    : (FROM | IN) identifier
    ;

showFilter
    : LIKE STRING_LITERAL
    | WHERE expression
    ;

showPiece
    : ~(LEFT_PAREN | QUERY_PAREN | RIGHT_PAREN | LIKE | WHERE | DATABASES | SCHEMAS | TABLES | COLUMNS | FIELDS | INDEXES
        | SEMICOLON)
    | parentheses
    ;

explain
    : (EXPLAIN | DESCRIBE | DESC) tableName (identifier | text)?
    | (EXPLAIN | DESCRIBE | DESC) explainOption* explainable
    | ANALYZE (FORMAT EQUAL (identifier | text))? explainable
    ;

explainOption
    : ANALYZE
    | EXTENDED
    | PARTITIONS
    | FORMAT EQUAL (identifier | text)
    ;

explainable
    : withClause (queryExpression | update | delete)
    | queryExpression
    | insert
    | update
    | delete
    ;

kill
    : KILL (CONNECTION | QUERY)? (INTEGER_LITERAL | PARAMETER)
    ;

lockTables
    : LOCK (TABLES | TABLE) lockedTable (COMMA lockedTable)*
    | UNLOCK (TABLES | TABLE)
    ;

lockedTable
    : tableName alias? (READ LOCAL? | LOW_PRIORITY? WRITE CONCURRENT?)
    ;

// ---------------------------------------------------------------- definitions

ddl
    : createTable
    | alterTable
    | dropTable
    | renameTable
    | truncateTable
    | createIndex
    | dropIndex
    | createView
    | dropView
    | schemaDefinition
    | maintainTable
    ;

createTable
    : CREATE (OR REPLACE)? TEMPORARY? TABLE ifNotExists? tableName
        ( LIKE tableName
        | LEFT_PAREN LIKE tableName RIGHT_PAREN
        | (LEFT_PAREN definition (COMMA definition)* RIGHT_PAREN)? tableOption* ((IGNORE | REPLACE)? AS? query)?
        )
    ;

ifNotExists
    : IF NOT EXISTS
    ;

ifExists
    : IF EXISTS
    ;

tableOption
    : ~(LEFT_PAREN | QUERY_PAREN | RIGHT_PAREN | AS | SELECT | WITH | TABLE | IGNORE | REPLACE | SEMICOLON)
    | WITH SYSTEM identifier
    | parentheses
    ;

definition
    : keyDefinition
    | columnDefinition
    ;

columnDefinition
    : identifier columnPiece+
    ;

columnPiece
    : AUTO_INCREMENT
    | UNIQUE KEY?
    | PRIMARY? KEY
    | REFERENCES tableName
    | ~(LEFT_PAREN | QUERY_PAREN | RIGHT_PAREN | COMMA | AUTO_INCREMENT | UNIQUE | PRIMARY | KEY | REFERENCES | SEMICOLON)
    | parentheses
    ;

keyDefinition
    : (CONSTRAINT identifier?)? PRIMARY KEY keyMiddle keyParts definitionPiece*
    | (CONSTRAINT identifier?)? UNIQUE (INDEX | KEY)? keyMiddle keyParts definitionPiece*
    | (CONSTRAINT identifier?)? FOREIGN KEY ifNotExists? identifier? keyParts REFERENCES tableName definitionPiece*
    | (CONSTRAINT identifier?)? CHECK parentheses definitionPiece*
    | (INDEX | KEY) keyMiddle keyParts definitionPiece*
    | (FULLTEXT | SPATIAL) (INDEX | KEY)? keyMiddle keyParts definitionPiece*
    ;

keyMiddle
    : ifNotExists? identifier? (USING identifier)?
    ;

keyParts
    : LEFT_PAREN keyPart (COMMA keyPart)* RIGHT_PAREN
    ;

keyPart
    : identifier (LEFT_PAREN INTEGER_LITERAL RIGHT_PAREN)? (ASC | DESC)?
    | LEFT_PAREN expression RIGHT_PAREN (ASC | DESC)?
    ;

definitionPiece
    : ~(LEFT_PAREN | QUERY_PAREN | RIGHT_PAREN | COMMA | SEMICOLON)
    | parentheses
    ;

alterTable
    : ALTER (identifier | IGNORE)? TABLE ifExists? tableName (alterItem (COMMA alterItem)*)?
    ;

alterItem
    : ADD keyDefinition
    | ADD COLUMN? ifNotExists? columnDefinition
    | ADD COLUMN? ifNotExists? LEFT_PAREN definition (COMMA definition)* RIGHT_PAREN
    | CHANGE COLUMN? ifExists? identifier columnDefinition
    | MODIFY COLUMN? ifExists? columnDefinition
    | RENAME (COLUMN | INDEX | KEY) identifier TO identifier
    | RENAME (TO | AS | EQUAL)? tableName
    | alterPiece+
    ;

alterPiece
    : WITH TABLE tableName
    | REFERENCES tableName
    | ~(LEFT_PAREN | QUERY_PAREN | RIGHT_PAREN | COMMA | REFERENCES | CHANGE | MODIFY | RENAME | SEMICOLON)
    | parentheses
    ;

dropTable
    : DROP TEMPORARY? (TABLE | TABLES) ifExists? tableNames (RESTRICT | CASCADE)?
    ;

tableNames
    : tableName (COMMA tableName)*
    ;

renameTable
    : RENAME (TABLE | TABLES) ifExists? renaming (COMMA renaming)*
    ;

renaming
    : tableName TO tableName
    ;

truncateTable
    : TRUNCATE TABLE? tableName
    ;

createIndex
    : CREATE (OR REPLACE)? (UNIQUE | FULLTEXT | SPATIAL)? INDEX ifNotExists? identifier (USING identifier)? ON tableName keyParts
        definitionPiece*
    ;

dropIndex
    : DROP INDEX ifExists? (identifier | PRIMARY) ON tableName definitionPiece*
    ;

createView
    : (CREATE (OR REPLACE)? | ALTER) (ALGORITHM EQUAL identifier)? definer? (SQL SECURITY identifier)? VIEW ifNotExists? tableName
        columnNames? AS query (WITH identifier? CHECK OPTION)?
    ;

definer
    : DEFINER EQUAL (CURRENT_USER (LEFT_PAREN RIGHT_PAREN)? | (identifier | text) USER_VARIABLE?)
    ;

dropView
    : DROP VIEW ifExists? tableNames (RESTRICT | CASCADE)?
    ;

schemaDefinition
    : CREATE (OR REPLACE)? (DATABASE | SCHEMA) ifNotExists? identifier definitionPiece*
    | ALTER (DATABASE | SCHEMA) identifier? definitionPiece*
    | DROP (DATABASE | SCHEMA) ifExists? identifier
    ;

maintainTable
    : (ANALYZE | OPTIMIZE | CHECK | REPAIR | CHECKSUM) (NO_WRITE_TO_BINLOG | LOCAL)? (TABLE | TABLES) tableNames
        (definitionPiece | COMMA)*
    ;

// ---------------------------------------------------------------- the mesh's own, and what is not taken apart

mesh
    : MESH EXPLAIN statement
    | MESH SHOW (SHARDS | TABLES | DATA SOURCES | SESSIONS)
    ;

other
    : otherStart anyToken*
    ;

anyToken
    : ~SEMICOLON
    | SEMICOLON
    ;

otherStart
    : CALL
    | DO
    | GRANT
    | REVOKE
    | FLUSH
    | LOAD
    | PREPARE
    | EXECUTE
    | DEALLOCATE
    | HANDLER
    | XA
    | CHANGE
    | PURGE
    | RESET
    | INSTALL
    | UNINSTALL
    | CACHE
    | BINLOG
    | CLONE
    | HELP
    | IMPORT
    | RESTART
    | SHUTDOWN
    | SIGNAL
    | RESIGNAL
    | GET
    | STOP
    | KILL anyToken
    | START (SLAVE | REPLICA | ALL)
    | LOCK INSTANCE
    | UNLOCK INSTANCE
    | SET (PASSWORD | ROLE | DEFAULT ROLE | RESOURCE)
    | RENAME USER
    | (EXPLAIN | DESCRIBE | DESC) explainOption* FOR CONNECTION
    | BEGIN NOT
    | DROP PREPARE
    | (CREATE | ALTER | DROP) (OR REPLACE)? definer? (AGGREGATE | SQL SECURITY identifier)?
        ( PROCEDURE
        | FUNCTION
        | TRIGGER
        | EVENT
        | USER
        | ROLE
        | SERVER
        | TABLESPACE
        | UNDO
        | LOGFILE
        | RESOURCE
        | SPATIAL
        | INSTANCE
        | SEQUENCE
        )
    ;

// Anything whose parentheses are balanced.
piece
    : ~(LEFT_PAREN | QUERY_PAREN | RIGHT_PAREN | COMMA | SEMICOLON)
    | parentheses
    ;

parentheses
    : (LEFT_PAREN | QUERY_PAREN) (piece | COMMA)* RIGHT_PAREN
    ;

// ---------------------------------------------------------------- expressions

// AND, OR, XOR in the order of the text. What is right of := up to the end is its value.
expression
    : logicOperand (logicOperator logicOperand)*
    ;

logicOperator
    : AND
    | AND_AND
    | OR
    | OR_OR
    | XOR
    ;

logicOperand
    : logicPrefix* comparison
    ;

logicPrefix
    : NOT
    | ASSIGNED_VARIABLE ASSIGN
    ;

comparison
    : predicate comparisonTail*
    ;

comparisonTail
    : IS not? (NULL | TRUE | FALSE | UNKNOWN)
    | comparisonOperator (ALL | ANY | SOME) QUERY_PAREN query RIGHT_PAREN
    | comparisonOperator predicate
    ;

comparisonOperator
    : EQUAL
    | NULL_SAFE_EQUAL
    | NOT_EQUAL
    | LESS_THAN
    | LESS_OR_EQUAL
    | GREATER_THAN
    | GREATER_OR_EQUAL
    ;

not
    : NOT
    | HIGH_NOT
    ;

predicate
    : arithmetic predicateTail?
    ;

predicateTail
    : not? IN QUERY_PAREN query RIGHT_PAREN
    | not? IN LEFT_PAREN expression (COMMA expression)* RIGHT_PAREN
    | not? BETWEEN arithmetic AND predicate
    | not? LIKE operand (ESCAPE operand)?
    | not? (REGEXP | RLIKE) arithmetic
    | SOUNDS LIKE arithmetic
    | MEMBER OF LEFT_PAREN operand RIGHT_PAREN
    ;

// Bits and arithmetic in the order of the text.
arithmetic
    : operand arithmeticTail*
    ;

arithmeticTail
    : (PLUS | MINUS) INTERVAL expression unit
    | arithmeticOperator operand
    ;

arithmeticOperator
    : PLUS
    | MINUS
    | STAR
    | SLASH
    | PERCENT
    | DIV
    | MOD
    | PIPE
    | AMPERSAND
    | CARET
    | SHIFT_LEFT
    | SHIFT_RIGHT
    | CONCAT_PIPES
    ;

operand
    : prefix* primary suffix*
    ;

prefix
    : MINUS
    | PLUS
    | TILDE
    | BANG
    | HIGH_NOT
    | BINARY
    ;

suffix
    : COLLATE collation
    | (ARROW | LONG_ARROW) STRING_LITERAL
    ;

primary
    : literal                                                                    # literalPrimary
    | (NULL | TRUE | FALSE)                                                      # constantPrimary
    | DEFAULT (LEFT_PAREN column RIGHT_PAREN)?                                   # defaultPrimary
    | VALUES LEFT_PAREN column RIGHT_PAREN                                       # valuesPrimary
    | name                                                                       # namePrimary
    | USER_VARIABLE                                                              # userVariablePrimary
    | systemVariable                                                             # systemVariablePrimary
    | LEFT_PAREN expression (COMMA expression)* RIGHT_PAREN                      # parenthesesPrimary
    | ROW LEFT_PAREN expression (COMMA expression)* RIGHT_PAREN                  # rowPrimary
    | QUERY_PAREN query RIGHT_PAREN                                              # queryPrimary
    | EXISTS QUERY_PAREN query RIGHT_PAREN                                       # existsPrimary
    | CASE expression? (WHEN expression THEN expression)+ (ELSE expression)? END # casePrimary
    | LEFT_BRACE identifier expression RIGHT_BRACE                               # bracesPrimary
    | interval                                                                   # intervalPrimary
    | aggregate over?                                                            # aggregatePrimary
    | windowFunction arguments fromEnd? nulls? over                              # windowPrimary
    | specialFunction                                                            # specialPrimary
    ;

interval
    : INTERVAL expression unit PLUS intervalOperand
    | INTERVAL LEFT_PAREN expression (COMMA expression)+ RIGHT_PAREN
    ;

intervalOperand
    : prefix* primary
    ;

literal
    : INTEGER_LITERAL
    | DECIMAL_LITERAL
    | FLOAT_LITERAL
    | STRING_LITERAL
    | NATIONAL_LITERAL
    | HEX_LITERAL
    | BIT_LITERAL
    | TEMPORAL_LITERAL
    | PARAMETER
    ;

// A column, a table's star, or a function by its name.
name
    : identifier nameTail* (arguments over?)?
    ;

nameTail
    : DOT (identifier | STAR)
    ;

arguments
    : LEFT_PAREN (DISTINCT? argument (COMMA argument)*)? RIGHT_PAREN
    ;

argument
    : expression (AS dataType)? (RETURNING dataType)? jsonOn*
    ;

jsonOn
    : (NULL | identifier | DEFAULT operand) ON (EMPTY | identifier)
    ;

systemVariable
    : AT_AT identifier (DOT (identifier | DEFAULT))*
    ;

aggregate
    : aggregateName LEFT_PAREN (DISTINCT | DISTINCTROW | ALL)? (STAR | expression (COMMA expression)*) orderBy?
        (SEPARATOR text)? limit? RIGHT_PAREN
    ;

aggregateName
    : COUNT
    | SUM
    | MIN
    | MAX
    | GROUP_CONCAT
    | BIT_AND
    | BIT_OR
    | BIT_XOR
    | STD
    | STDDEV
    | STDDEV_POP
    | STDDEV_SAMP
    | VARIANCE
    | VAR_POP
    | VAR_SAMP
    | JSON_ARRAYAGG
    | JSON_OBJECTAGG
    ;

windowFunction
    : ROW_NUMBER
    | RANK
    | DENSE_RANK
    | CUME_DIST
    | PERCENT_RANK
    | NTILE
    | LEAD
    | LAG
    | FIRST_VALUE
    | LAST_VALUE
    | NTH_VALUE
    ;

fromEnd
    : FROM (FIRST | LAST)
    ;

nulls
    : (RESPECT | IGNORE) NULLS
    ;

over
    : OVER (identifier | windowParentheses)
    ;

windowParentheses
    : LEFT_PAREN identifier? (PARTITION BY orderItems)? orderBy? frame? RIGHT_PAREN
    ;

frame
    : (ROWS | RANGE | GROUPS) (frameBound | BETWEEN frameBound AND frameBound) (EXCLUDE (CURRENT ROW | GROUP | TIES | NO OTHERS))?
    ;

frameBound
    : UNBOUNDED (PRECEDING | FOLLOWING)
    | CURRENT ROW
    | (INTERVAL expression unit | arithmetic) (PRECEDING | FOLLOWING)
    ;

specialFunction
    : CAST LEFT_PAREN expression (identifier TIME ZONE INTERVAL? text)? AS dataType RIGHT_PAREN
    | CONVERT LEFT_PAREN expression (COMMA dataType | USING charset) RIGHT_PAREN
    | CHAR LEFT_PAREN expression (COMMA expression)* (USING charset)? RIGHT_PAREN
    | EXTRACT LEFT_PAREN unit FROM expression RIGHT_PAREN
    | TRIM LEFT_PAREN ((LEADING | TRAILING | BOTH) expression? FROM expression | expression (FROM expression)?) RIGHT_PAREN
    | (SUBSTRING | SUBSTR | MID) LEFT_PAREN expression (FROM expression (FOR expression)? | (COMMA expression)+) RIGHT_PAREN
    | POSITION LEFT_PAREN arithmetic IN expression RIGHT_PAREN
    | (DATE_ADD | DATE_SUB | ADDDATE | SUBDATE) LEFT_PAREN expression COMMA (INTERVAL expression unit | expression) RIGHT_PAREN
    | MATCH (LEFT_PAREN column (COMMA column)* RIGHT_PAREN | column (COMMA column)*) AGAINST LEFT_PAREN arithmetic matchMode*
        RIGHT_PAREN
    | (CURRENT_DATE | CURRENT_TIME | CURRENT_TIMESTAMP | CURRENT_USER | LOCALTIME | LOCALTIMESTAMP | UTC_DATE | UTC_TIME
        | UTC_TIMESTAMP) arguments?
    | (IF | LEFT | RIGHT | REPLACE | INSERT | MOD | REPEAT | DATABASE | SCHEMA | GROUPING) arguments
    ;

matchMode
    : IN BOOLEAN MODE
    | IN NATURAL LANGUAGE MODE
    | WITH QUERY EXPANSION
    ;

dataType
    : dataTypeName (LEFT_PAREN INTEGER_LITERAL (COMMA INTEGER_LITERAL)? RIGHT_PAREN)? dataTypeOption*
    ;

dataTypeName
    : BINARY
    | VARBINARY
    | NATIONAL? (CHAR | CHARACTER | VARCHAR)
    | DECIMAL
    | DEC
    | NUMERIC
    | DOUBLE PRECISION?
    | FLOAT
    | REAL
    | INT
    | INTEGER
    | BIGINT
    | UNSIGNED
    | identifier
    ;

dataTypeOption
    : UNSIGNED
    | INT
    | INTEGER
    | BINARY
    | ASCII
    | UNICODE
    | BYTE
    | ARRAY
    | (CHARACTER SET | CHAR SET | CHARSET) charset
    | COLLATE collation
    ;

unit
    : MICROSECOND
    | SECOND
    | MINUTE
    | HOUR
    | DAY
    | WEEK
    | MONTH
    | QUARTER
    | YEAR
    | SECOND_MICROSECOND
    | MINUTE_MICROSECOND
    | MINUTE_SECOND
    | HOUR_MICROSECOND
    | HOUR_SECOND
    | HOUR_MINUTE
    | DAY_MICROSECOND
    | DAY_SECOND
    | DAY_MINUTE
    | DAY_HOUR
    | YEAR_MONTH
    ;

// ---------------------------------------------------------------- names

// Words that are not reserved are names, too. ANY, SOME, MEMBER and SOUNDS are when nothing behind them makes them operators:
// StatementTokens sees to that, so that no lookahead is needed behind each operand.
identifier
    : IDENTIFIER
    | ACTION | AFTER | AGAINST | AGGREGATE | ALGORITHM | ARRAY | ASCII
    | AUTO_INCREMENT | AVG | BEGIN | BINLOG | BOOLEAN | BYTE | CACHE | CHAIN
    | CHARSET | CHECKSUM | CLONE | CODE | COLLATION | COLUMNS | COMMENT | COMMIT
    | COMMITTED | CONNECTION | CONSISTENT | CONCURRENT | CURRENT | DATA | DATE | DATETIME
    | DAY | DEALLOCATE | DEFINER | DISABLE | DO | DUPLICATE | ENABLE | END
    | ENGINE | ENGINES | ERRORS | ESCAPE | EVENT | EVENTS | EXCLUDE | EXECUTE
    | EXPANSION | EXTENDED | FIELDS | FIRST | FLUSH | FOLLOWING | FORMAT | FULL
    | GLOBAL | GRANTS | HANDLER | HELP | HOUR | IMPORT | INDEXES | INSTALL
    | INSTANCE | ISOLATION | INVISIBLE | JSON | LANGUAGE | LAST | LEVEL | LOCAL
    | LOCKED | LOGFILE | LOGS | MASTER | MERGE | MESH | MICROSECOND
    | MINUTE | MODE | MODIFY | MONTH | NAMES | NATIONAL | NCHAR | NESTED
    | NEXT | NO | NOWAIT | NULLS | OFFSET | OJ | ONLY | OPEN
    | OPTIONS | ORDINALITY | OTHERS | PARTITIONS | PASSWORD | PATH | PERSIST | PERSIST_ONLY
    | PLUGINS | PRECEDING | PREPARE | PRIVILEGES | PROCESSLIST | PROFILE | PROFILES | QUARTER
    | QUERY | QUICK | REBUILD | RECOVER | REMOVE | REORGANIZE | REPAIR | REPEATABLE
    | REPLICA | RESET | RESOURCE | RESPECT | RESTART | RETURNING | ROLE | ROLLBACK
    | ROLLUP | SAVEPOINT | SECOND | SECURITY | SEQUENCE | SERIALIZABLE | SERVER | SESSION
    | SESSIONS | SHARDS | SHARE | SHUTDOWN | SIGNED | SKIP | SLAVE | SNAPSHOT
    | SOURCES | SQL_BUFFER_RESULT | SQL_CACHE | SQL_NO_CACHE | START | STATUS
    | STOP | STORAGE | SUPER | SUBPARTITION | TABLES | TABLESPACE | TEMPORARY | TEXT
    | TIES | TIME | TIMESTAMP | TRANSACTION | TRIGGERS | TRUNCATE | TYPE | UNBOUNDED
    | UNCOMMITTED | UNICODE | UNINSTALL | UNKNOWN | UNTIL | USER | VALUE | VARIABLES
    | VIEW | VISIBLE | WAIT | WARNINGS | WEEK | WORK | XA | YEAR
    | ZONE    ;
