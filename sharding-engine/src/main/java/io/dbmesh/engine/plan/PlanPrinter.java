package io.dbmesh.engine.plan;

import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.merge.MergeSpec;
import io.dbmesh.engine.merge.MergeSpec.Aggregate;
import io.dbmesh.engine.merge.MergeSpec.SortKey;
import io.dbmesh.engine.plan.Plan.Many;
import io.dbmesh.engine.plan.Rewrite.Part;
import io.dbmesh.engine.plan.Rewrite.Splice;
import io.dbmesh.engine.route.Bindings;
import io.dbmesh.engine.route.KeyCondition;
import io.dbmesh.engine.route.Route;
import io.dbmesh.engine.route.ValueRef;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.tree.LiteralKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints plans, for {@code MESH EXPLAIN} and the golden files. A literal is {@code ?} with its ordinal; tokens in a rewrite
 * are {@code #} with their numbers. Columns of a merge are numbered from 1.
 */
public final class PlanPrinter {
    private final StringBuilder out = new StringBuilder();
    /** Whose texts are printed for the numbers of literals and tokens; null: the numbers. */
    private final @Nullable Digest statement;

    private int depth;
    /** Of the merge that is being printed. */
    private int visibleColumns;

    private int derivedColumns;

    private PlanPrinter(@Nullable Digest statement) {
        this.statement = statement;
    }

    /** Several lines, each ended by a line feed. */
    public static String print(PlannedStatement planned) {
        return new PlanPrinter(null).printed(planned);
    }

    /**
     * The same with the statement's own literals and words, after a line that says where this statement goes.
     *
     * @param bindings of the statement's literals; {@code ?} without a value goes to all shards that it may go to
     */
    public static String explain(PlannedStatement planned, Digest statement, Bindings bindings) {
        PlanPrinter printer = new PlanPrinter(statement);
        new PlanDestination(statement, bindings).lines(planned.plan()).forEach(printer::line);
        return printer.printed(planned);
    }

    private String printed(PlannedStatement planned) {
        plan(planned.plan());
        for (Guard guard : planned.guards()) {
            line("holds for ?" + guard.ordinal() + " = " + guard.text());
        }
        for (String reason : planned.plan().reasons()) {
            line("because " + reason);
        }
        return out.toString();
    }

    private void line(String text) {
        out.append("  ".repeat(depth)).append(text).append('\n');
    }

    private void plan(Plan plan) {
        switch (plan) {
            case Plan.Read read -> read(read);
            case Plan.Write write -> {
                line("Write " + route(write.route())
                        + (write.everywhereEqual() ? ", the same rows everywhere" : "")
                        + effects(write.effects()));
                depth++;
                rewrite(write.rewrite());
                if (write.whenMany() != null) {
                    line("several shards: " + refusal(write.whenMany()));
                }
                depth--;
            }
            case Plan.InsertRows insert -> insertRows(insert);
            case Plan.Ddl ddl -> {
                line("Ddl at " + ddl.locations() + (ddl.returnsRows() ? ", returns rows" : "")
                        + effects(ddl.effects()));
                depth++;
                rewrite(ddl.rewrite());
                if (!ddl.schemas().isEmpty()) {
                    line("reload " + new TreeSet<>(ddl.schemas()));
                }
                depth--;
            }
            case Plan.Local local ->
                line("Local " + local.statement().getClass().getSimpleName());
            case Plan.Refuse refuse -> line("Refuse " + refusal(refuse.reason()));
        }
    }

    private static String refusal(MeshException reason) {
        return reason.error().errno() + " " + reason.message();
    }

    private void read(Plan.Read read) {
        line("Read " + route(read.route()) + effects(read.effects()));
        depth++;
        rewrite(read.whenOne());
        if (read.route() instanceof Route.ByKey) {
            switch (read.whenMany()) {
                case Many.Refused refused -> line("several shards: " + refusal(refused.reason()));
                case Many.Merged merged -> merged(merged);
            }
        }
        depth--;
    }

    private void merged(Many.Merged merged) {
        line("several shards:");
        depth++;
        int levels = depth;
        MergeSpec spec = merged.merge();
        visibleColumns = spec.visibleColumns();
        derivedColumns = SelectList.derivedColumns(merged.rewrite());
        if (spec.limited()) {
            Integer offset = merged.offsetOrdinal();
            Integer count = merged.countOrdinal();
            line("Limit " + (count == null ? "" : literal(count)) + (offset == null ? "" : " offset " + literal(offset)));
            depth++;
        }
        if (!spec.reorder().isEmpty()) {
            line("Sort in memory " + keys(spec.reorder()));
            depth++;
        }
        if (spec.grouping() != null) {
            line("Group by " + keys(spec.grouping().keys())
                    + spec.grouping().aggregates().stream()
                            .map(this::aggregate)
                            .collect(Collectors.joining()));
            depth++;
        }
        line(spec.order().isEmpty() ? "Concatenate" : "MergeSort " + keys(spec.order()));
        depth++;
        line("Scatter" + (spec.visibleColumns() == -1 ? "" : ", visible columns " + spec.visibleColumns()));
        depth++;
        rewrite(merged.rewrite());
        depth = levels - 1;
    }

    private String keys(List<SortKey> keys) {
        return keys.stream().map(this::key).toList().toString();
    }

    private String key(SortKey key) {
        return column(key.column())
                + text(key.weight(), key.collation(), key.collationColumn())
                + (key.descending() ? " DESC" : "");
    }

    private String text(@Nullable Integer weight, @Nullable String collation, @Nullable Integer collationColumn) {
        return (weight == null ? "" : " by " + column(weight))
                + (collation == null ? "" : " of " + collation)
                + (collationColumn == null ? "" : " of the collation in " + column(collationColumn));
    }

    /** Columns of the client by their position, as ORDER BY would name them; derived ones by their alias. */
    private String column(int index) {
        boolean fromRight = index < 0;
        int derived = fromRight ? index + derivedColumns : index - visibleColumns;
        boolean isDerived = derivedColumns > 0 && derived >= 0;
        if (isDerived) {
            return SelectList.ALIAS + derived;
        }
        return fromRight ? "column " + -derived + " from the right" : "column " + (index + 1);
    }

    private String aggregate(Aggregate aggregate) {
        return ", " + column(aggregate.column()) + " = "
                + switch (aggregate) {
                    case Aggregate.Count count -> "sum of counts";
                    case Aggregate.Sum sum -> "sum";
                    case Aggregate.Extreme extreme ->
                        (extreme.max() ? "max" : "min")
                                + text(extreme.weight(), extreme.collation(), extreme.collationColumn());
                    case Aggregate.Average average -> column(average.sum()) + " / " + column(average.count());
                    case Aggregate.Bits bits -> "bit " + bits.operator();
                };
    }

    private void insertRows(Plan.InsertRows insert) {
        line("InsertRows into " + insert.table().qualifiedName() + effects(insert.effects()));
        depth++;
        for (Plan.RowTemplate row : insert.rows()) {
            Plan.Cell cell = row.generatedCell();
            line("row " + tokens(row.fromToken(), row.toToken())
                    + (row.shardKey() == null ? "" : " key " + value(row.shardKey()))
                    + (cell == null
                            ? ""
                            : " generated cell " + tokens(cell.fromToken(), cell.toToken())
                                    + (cell.value() == null ? "" : " " + value(cell.value()))));
        }
        Plan.GeneratedKey generated = insert.generated();
        if (generated != null) {
            line("makes keys for " + generated.column()
                    + (generated.isShardKey() ? ", the sharding key" : "")
                    + (generated.appended() ? ", appended" : "")
                    + (generated.assigned() ? ", assigned" : ""));
        }
        rewrite(insert.rewrite());
        depth--;
    }

    private static String effects(Set<Plan.Effect> effects) {
        return effects.isEmpty() ? "" : " " + new TreeSet<>(effects);
    }

    private String route(Route route) {
        return switch (route) {
            case Route.Fixed fixed -> "at " + fixed.location();
            case Route.AnyOf anyOf -> "at any of " + anyOf.locations();
            case Route.AllOf allOf -> "at all of " + allOf.locations();
            case Route.ByKey byKey -> "on " + byKey.shards().size() + " shards: " + condition(byKey.condition(), false);
        };
    }

    private String condition(KeyCondition condition, boolean nested) {
        return switch (condition) {
            case KeyCondition.Anything anything -> "all";
            case KeyCondition.Nothing nothing -> "none";
            case KeyCondition.OneOf oneOf -> {
                String column = oneOf.key().column().name();
                List<ValueRef> values = oneOf.values();
                yield values.size() == 1
                        ? column + " = " + value(values.getFirst())
                        : column + " IN "
                                + values.stream().map(this::value).collect(Collectors.joining(", ", "(", ")"));
            }
            case KeyCondition.Between between -> between(between);
            case KeyCondition.And and -> joined(and.conditions(), " AND ", nested);
            case KeyCondition.Or or -> joined(or.conditions(), " OR ", nested);
        };
    }

    private String between(KeyCondition.Between between) {
        return between.key().column().name()
                + bound(between.low(), between.lowIncluded() ? " >= " : " > ")
                + bound(between.high(), between.highIncluded() ? " <= " : " < ");
    }

    private String bound(@Nullable ValueRef value, String operator) {
        return value == null ? "" : operator + value(value);
    }

    private String joined(List<KeyCondition> conditions, String operator, boolean nested) {
        String text =
                conditions.stream().map(condition -> condition(condition, true)).collect(Collectors.joining(operator));
        return nested ? "(" + text + ")" : text;
    }

    private String value(ValueRef value) {
        return (value.negated() ? "-" : "") + literal(value.ordinal());
    }

    private String literal(int ordinal) {
        Digest digest = statement;
        return digest == null || digest.literalKind(ordinal) == LiteralKind.PARAMETER
                ? "?" + ordinal
                : text(digest, digest.literalStart(ordinal), digest.literalEnd(ordinal));
    }

    private String tokens(int from, int to) {
        Digest digest = statement;
        return digest == null || from >= to
                ? "#" + from + ".." + to
                : text(digest, digest.tokenStart(from), digest.tokenEnd(to - 1));
    }

    private static String text(Digest digest, int start, int end) {
        return new String(digest.text(), start, end - start, StandardCharsets.UTF_8).replaceAll("\\s+", " ");
    }

    private void rewrite(Rewrite rewrite) {
        for (Splice splice : rewrite.splices()) {
            String parts = splice.parts().stream().map(this::part).collect(Collectors.joining());
            line((splice.from() == splice.to() ? before(splice.from()) : "for " + tokens(splice.from(), splice.to()))
                    + ": " + (parts.isEmpty() ? "nothing" : parts.strip()));
        }
    }

    private String before(int token) {
        Digest digest = statement;
        if (digest == null) {
            return "before #" + token;
        }
        return token < digest.tokenCount() ? "before " + tokens(token, token + 1) : "at the end";
    }

    private String part(Part part) {
        return switch (part) {
            case Part.Text text -> text.sql();
            case Part.Database database -> "{database of " + database.schema() + "}";
            case Part.Tokens tokens -> statement == null ? "{" + tokens(tokens.from(), tokens.to()) + "}" : tokens(tokens.from(), tokens.to());
            case Part.Name name -> "{name " + tokens(name.from(), name.to()) + "}";
            case Part.LimitSum sum ->
                "{" + literal(sum.countOrdinal())
                        + (sum.offsetOrdinal() == null ? "" : " + " + literal(sum.offsetOrdinal())) + "}";
            case Part.SessionValue value -> "{" + value.function() + "}";
        };
    }
}
