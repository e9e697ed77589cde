package io.dbmesh.engine.plan;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.ColumnMetadata;
import io.dbmesh.engine.metadata.MeshSchema;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.plan.Plan.Cell;
import io.dbmesh.engine.plan.Plan.GeneratedKey;
import io.dbmesh.engine.plan.Plan.RowTemplate;
import io.dbmesh.engine.plan.Rewrite.Part;
import io.dbmesh.engine.plan.Scope.Resolved;
import io.dbmesh.engine.route.Route;
import io.dbmesh.engine.route.ValueRef;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.Query;
import io.dbmesh.sql.tree.Span;
import io.dbmesh.sql.tree.Statement.ColumnAssignment;
import io.dbmesh.sql.tree.Statement.Insert;
import io.dbmesh.sql.tree.TableName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** INSERT and REPLACE. */
final class InsertPlanner {
    private final Planning planning;
    private final Insert insert;

    InsertPlanner(Planning planning, Insert insert) {
        this.planning = planning;
        this.insert = insert;
    }

    /** A row of values as the statement has it. */
    private record Row(Span span, List<Expression> values) {}

    Plan plan() {
        TableUse target = planning.use(insert.table());
        List<TableUse> uses = planning.allUses();
        if (target.table() instanceof MeshTable.Sharded sharded) {
            refuseReturning();
            List<Location> shards = Placement.shardsOf(uses);
            refuseShardedSubqueries();
            return insert.source() instanceof Insert.FromQuery from
                    ? copyWithinShards(sharded, from.query(), shards)
                    : rows(sharded, shards);
        }
        if (target.table() instanceof MeshTable.Reference reference) {
            refuseReturning();
            return reference(reference, uses);
        }
        return single(uses);
    }

    /** A row's shard need not have the rows that its values are computed from. */
    private void refuseShardedSubqueries() {
        TreeWalk walk = new TreeWalk() {
            @Override
            void table(TableName name) {
                if (!planning.facts.commonTables.contains(name)
                        && planning.use(name).isSharded()) {
                    throw MeshException.unsupported(
                            "a subquery on the sharded table " + name + " in the values of an INSERT",
                            "read the value first and give it as a literal");
                }
            }
        };
        if (insert.source() instanceof Insert.Rows rows) {
            rows.rows().forEach(row -> walk.expressions(row.values()));
        }
        if (insert.source() instanceof Insert.Assignments set) {
            set.assignments().forEach(assignment -> walk.expression(assignment.value()));
        }
        insert.onDuplicate().forEach(assignment -> walk.expression(assignment.value()));
    }

    private void refuseReturning() {
        if (!insert.returning().isEmpty()) {
            throw MeshException.unsupported(
                    "RETURNING of a table that is in several places", "select the rows after the INSERT");
        }
    }

    private Plan single(List<TableUse> uses) {
        for (TableUse use : uses) {
            if (use.isSharded()) {
                throw MeshException.unsupported(
                        "INSERT ... SELECT from a sharded table (" + use.name() + ") into an unsharded one",
                        "read the rows and insert them");
            }
        }
        Route route = Placement.ofUnsharded(planning, uses);
        Rewrite rewrite = planning.splices(Placement.locationsOf(route)).toRewrite();
        List<RowTemplate> keyRows = List.of();
        if (mayGiveKey(planning.use(insert.table()))) {
            keyRows = keyRows(planning.use(insert.table()));
            if (keyRows.isEmpty()) {
                planning.effects.add(Plan.Effect.SETS_LAST_INSERT_ID);
            }
        }
        return new Plan.Write(route, rewrite, null, false, keyRows, planning.effects, planning.reasons);
    }

    /** The answer names a key that the client gave as one that was made, but only the latter is LAST_INSERT_ID(). */
    private boolean mayGiveKey(TableUse target) {
        MeshTable table = metadataOf(target);
        if (table == null || planning.facts.setsLastInsertId) {
            return true;
        }
        ColumnMetadata auto = table.metadata().autoIncrementColumn();
        return auto != null && (!insert.onDuplicate().isEmpty() || indexOf(columns(table), auto.name()) >= 0);
    }

    private @Nullable MeshTable metadataOf(TableUse target) {
        MeshSchema schema = planning.mesh().schema(target.schema());
        MeshTable table =
                schema == null ? null : schema.find(target.name().table().text());
        return table == null || table.metadata().isView() ? null : table;
    }

    /** Where the values of the AUTO_INCREMENT column are; empty when only the server can know what becomes of them. */
    private List<RowTemplate> keyRows(TableUse target) {
        MeshTable table = metadataOf(target);
        ColumnMetadata auto = table == null ? null : table.metadata().autoIncrementColumn();
        if (table == null
                || auto == null
                || planning.facts.setsLastInsertId
                || !insert.onDuplicate().isEmpty()
                || insert.source() instanceof Insert.FromQuery) {
            return List.of();
        }
        List<String> columns = columns(table);
        int index = indexOf(columns, auto.name());
        List<RowTemplate> templates = new ArrayList<>();
        for (Row row : rowsOf()) {
            List<Expression> values = row.values();
            if (values.size() != columns.size() || !isPlain(values.get(index))) {
                return List.of();
            }
            templates.add(new RowTemplate(
                    row.span().start(), row.span().end(), null, generatedCell(table, auto, values.get(index))));
        }
        return templates;
    }

    private Plan reference(MeshTable.Reference table, List<TableUse> uses) {
        for (TableUse use : uses) {
            if (!use.isReference() || !use.locations().equals(table.locations())) {
                throw MeshException.unsupported(
                        "INSERT into a reference table from another kind of table (" + use.name() + ")",
                        "read the rows and insert them");
            }
        }
        ChangePlanner.requireSameEverywhere(planning);
        ColumnMetadata auto = table.metadata().autoIncrementColumn();
        if (auto != null && !(insert.source() instanceof Insert.FromQuery)) {
            return rows(table, table.locations());
        }
        if (insert.source() instanceof Insert.FromQuery from
                && (auto != null || from.query().limit() != null)) {
            throw MeshException.unsupported(
                    "INSERT ... SELECT into a reference table with AUTO_INCREMENT or LIMIT",
                    "read the rows and insert them");
        }
        planning.because("a reference table is written in all places");
        Rewrite rewrite = planning.splices(table.locations()).toRewrite();
        return new Plan.Write(
                new Route.AllOf(table.locations()), rewrite, null, true, planning.effects, planning.reasons);
    }

    private Plan rows(MeshTable table, List<Location> locations) {
        List<Row> rows = rowsOf();
        Columns columns = columnsOf(table);
        List<RowTemplate> templates = new ArrayList<>();
        for (Row row : rows) {
            templates.add(template(table, columns, row, templates.size() + 1));
        }
        SpliceList splices = planning.splices(locations);
        boolean assigned = insert.source() instanceof Insert.Assignments;
        ColumnMetadata auto = columns.auto();
        GeneratedKey generated = null;
        if (auto != null) {
            boolean appended = columns.autoIndex() < 0;
            if (appended && !assigned) {
                appendColumn(auto.name(), splices);
            }
            generated = new GeneratedKey(auto.name(), columns.keyIsGenerated(), appended, assigned);
        }
        planning.because(
                table instanceof MeshTable.Sharded sharded
                        ? "each row goes to the shard of its "
                                + sharded.key().column().name()
                        : "each row goes to all places");
        return new Plan.InsertRows(
                table,
                splices.toRewrite(),
                rows.getFirst().span().start(),
                rows.getLast().span().end(),
                templates,
                generated,
                planning.effects,
                planning.reasons);
    }

    /**
     * Where in the rows the values lie that the mesh must look at.
     *
     * @param auto the AUTO_INCREMENT column, if the table has one
     * @param autoIndex -1 when it is not named
     * @param keyIndex -1 when the key is not named, or there is none
     * @param keyIsGenerated whether the sharding key is the AUTO_INCREMENT column
     */
    private record Columns(
            int count, @Nullable ColumnMetadata auto, int autoIndex, int keyIndex, boolean keyIsGenerated) {}

    private Columns columnsOf(MeshTable table) {
        List<String> columns = columns(table);
        ColumnMetadata auto = table.metadata().autoIncrementColumn();
        int autoIndex = auto == null ? -1 : indexOf(columns, auto.name());
        if (!(table instanceof MeshTable.Sharded sharded)) {
            return new Columns(columns.size(), auto, autoIndex, -1, false);
        }
        refuseKeyUpdate(sharded);
        String key = sharded.key().column().name();
        int keyIndex = indexOf(columns, key);
        boolean keyIsGenerated = auto != null && auto.name().equalsIgnoreCase(key);
        if (keyIndex < 0 && !keyIsGenerated) {
            throw new MeshException(MeshError.KEY_MISSING, key, table.qualifiedName());
        }
        return new Columns(columns.size(), auto, autoIndex, keyIndex, keyIsGenerated);
    }

    private static RowTemplate template(MeshTable table, Columns columns, Row row, int number) {
        List<Expression> values = row.values();
        if (values.isEmpty()) {
            throw MeshException.unsupported("VALUES () for this table", "name a column and give its value");
        }
        if (values.size() != columns.count()) {
            throw new MeshException(MeshError.COLUMN_COUNT_MISMATCH, number);
        }
        ValueRef shardKey = table instanceof MeshTable.Sharded sharded && !columns.keyIsGenerated()
                ? shardKey(sharded, values.get(columns.keyIndex()))
                : null;
        ColumnMetadata auto = columns.auto();
        Cell cell = auto == null || columns.autoIndex() < 0
                ? null
                : generatedCell(table, auto, values.get(columns.autoIndex()));
        return new RowTemplate(row.span().start(), row.span().end(), shardKey, cell);
    }

    private List<Row> rowsOf() {
        return switch (insert.source()) {
            case Insert.Rows rows ->
                rows.rows().stream()
                        .map(row -> new Row(row.span(), row.values()))
                        .toList();
            case Insert.Assignments set -> {
                List<ColumnAssignment> all = set.assignments();
                Span span = all.getFirst().span().to(all.getLast().span());
                yield List.of(
                        new Row(span, all.stream().map(ColumnAssignment::value).toList()));
            }
            case Insert.FromQuery from -> throw new IllegalStateException("a query has no rows yet");
        };
    }

    private List<String> columns(MeshTable table) {
        if (insert.source() instanceof Insert.Assignments set) {
            return set.assignments().stream()
                    .map(assignment -> assignment.column().name().text())
                    .toList();
        }
        List<Identifier> named = insert.columns();
        if (named != null && !named.isEmpty()) {
            return named.stream().map(Identifier::text).toList();
        }
        return table.metadata().columns().stream()
                .filter(column -> !column.invisible())
                .map(ColumnMetadata::name)
                .toList();
    }

    private void appendColumn(String column, SpliceList splices) {
        Span span = insert.columnsSpan();
        if (span == null || insert.columns() == null || insert.columns().isEmpty()) {
            throw MeshException.unsupported(
                    "INSERT without a column list into a table whose AUTO_INCREMENT column is invisible",
                    "name the columns");
        }
        splices.insert(span.end() - 1, List.of(new Part.Text(", " + Planning.quoted(column))));
    }

    private static int indexOf(List<String> columns, String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).equalsIgnoreCase(column)) {
                return i;
            }
        }
        return -1;
    }

    private static ValueRef shardKey(MeshTable.Sharded table, Expression value) {
        String column = table.key().column().name();
        ValueRef reference = KeyPredicates.value(value);
        if (reference != null) {
            return reference;
        }
        if (value instanceof Expression.Constant constant) {
            switch (constant.keyword()) {
                case NULL -> throw new MeshException(MeshError.KEY_NULL, column, table.qualifiedName());
                case DEFAULT -> throw new MeshException(MeshError.KEY_MISSING, column, table.qualifiedName());
                case TRUE, FALSE -> {}
            }
        }
        throw new MeshException(
                MeshError.KEY_NOT_ROUTABLE, column, table.qualifiedName(), "it is an expression, not a plain value");
    }

    private static Cell generatedCell(MeshTable table, ColumnMetadata auto, Expression value) {
        ValueRef reference = KeyPredicates.value(value);
        if (!isPlain(value)) {
            throw MeshException.unsupported(
                    "an expression as value of the AUTO_INCREMENT column " + table.qualifiedName() + "." + auto.name(),
                    "give a plain value, or leave the column out");
        }
        return new Cell(value.span().start(), value.span().end(), reference);
    }

    /** Whether it is a literal, a parameter, NULL or DEFAULT. */
    private static boolean isPlain(Expression value) {
        return KeyPredicates.value(value) != null
                || KeyPredicates.isNull(value)
                || (value instanceof Expression.Constant constant
                        && constant.keyword() == Expression.Constant.Keyword.DEFAULT);
    }

    private void refuseKeyUpdate(MeshTable.Sharded table) {
        String key = table.key().column().name();
        for (ColumnAssignment assignment : insert.onDuplicate()) {
            if (assignment.column().name().text().equalsIgnoreCase(key)) {
                throw new MeshException(MeshError.KEY_UPDATE, key, table.qualifiedName());
            }
        }
    }

    /** INSERT ... SELECT where each new row stays on the shard of the row that it is made from. */
    private Plan copyWithinShards(MeshTable.Sharded target, Query query, List<Location> shards) {
        refuseKeyUpdate(target);
        List<String> columns = columns(target);
        int key = indexOf(columns, target.key().column().name());
        ColumnMetadata auto = target.metadata().autoIncrementColumn();
        Locality.Finding finding = Locality.of(planning, query);
        boolean plain = query.body() instanceof Query.Block block
                && query.with().isEmpty()
                && query.limit() == null
                && block.groupBy().isEmpty()
                && block.having() == null
                && block.windows().isEmpty()
                && block.items().size() == columns.size()
                && block.items().stream().noneMatch(item -> isComputedOverRows(item.expression()))
                && key >= 0
                && staysOnShard(block.items().get(key).expression(), finding, target)
                && (auto == null || indexOf(columns, auto.name()) >= 0);
        if (!plain || finding.obstacle() != null) {
            throw MeshException.unsupported(
                    "INSERT ... SELECT into a sharded table unless each row keeps its shard",
                    "read the rows and insert them");
        }
        planning.because("each row stays on the shard of the row that it is made from");
        Rewrite rewrite = planning.splices(shards).toRewrite();
        return new Plan.Write(
                new Route.ByKey(shards, finding.condition()), rewrite, null, false, planning.effects, planning.reasons);
    }

    private static boolean isComputedOverRows(Expression expression) {
        return MergePlanner.contains(expression, Expression.Aggregate.class)
                || MergePlanner.contains(expression, Expression.Windowed.class)
                || MergePlanner.contains(expression, Expression.Star.class);
    }

    private static boolean staysOnShard(Expression value, Locality.Finding finding, MeshTable.Sharded target) {
        Resolved column = finding.scope().resolve(value);
        ShardGroup group = finding.group();
        MeshTable.@Nullable Sharded source =
                column == null ? null : column.relation().sharded();
        return column != null
                && group != null
                && source != null
                && column.isShardKey()
                && Locality.certainMembers(group).contains(column.relation())
                && source.isColocatedWith(target);
    }
}
