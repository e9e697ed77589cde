package io.dbmesh.engine.plan;

import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.merge.MergeSpec;
import io.dbmesh.engine.merge.MergeSpec.Aggregate;
import io.dbmesh.engine.merge.MergeSpec.SortKey;
import io.dbmesh.engine.plan.Plan.Many;
import io.dbmesh.engine.plan.Rewrite.Part;
import io.dbmesh.engine.plan.Rewrite.Splice;
import io.dbmesh.engine.route.KeyCondition;
import io.dbmesh.engine.route.Route;
import io.dbmesh.engine.route.ValueRef;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints plans, for {@code MESH EXPLAIN} and the golden files. A literal is {@code ?} with its ordinal; tokens in a rewrite
 * are {@code #} with their numbers.
 */
public final class PlanPrinter {
    private final StringBuilder out = new StringBuilder();
    private int depth;

    private PlanPrinter() {}

    /** Several lines, each ended by a line feed. */
    public static String print(PlannedStatement planned) {
        PlanPrinter printer = new PlanPrinter();
        printer.plan(planned.plan());
        for (Guard guard : planned.guards()) {
            printer.line("holds for ?" + guard.ordinal() + " = " + guard.text());
        }
        for (String reason : planned.plan().reasons()) {
            printer.line("because " + reason);
        }
        return printer.out.toString();
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
        if (spec.limited()) {
            Integer offset = merged.offsetOrdinal();
            line("Limit ?" + merged.countOrdinal() + (offset == null ? "" : " offset ?" + offset));
            depth++;
        }
        if (!spec.reorder().isEmpty()) {
            line("Sort in memory " + keys(spec.reorder()));
            depth++;
        }
        if (spec.grouping() != null) {
            line("Group by " + keys(spec.grouping().keys())
                    + spec.grouping().aggregates().stream()
                            .map(PlanPrinter::aggregate)
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

    private static String keys(List<SortKey> keys) {
        return keys.stream().map(PlanPrinter::key).toList().toString();
    }

    private static String key(SortKey key) {
        return key.column()
                + (key.weight() == null ? "" : " weight " + key.weight())
                + (key.descending() ? " DESC" : "");
    }

    private static String aggregate(Aggregate aggregate) {
        return ", " + aggregate.column() + " = "
                + switch (aggregate) {
                    case Aggregate.Count count -> "sum of counts";
                    case Aggregate.Sum sum -> "sum";
                    case Aggregate.Extreme extreme ->
                        (extreme.max() ? "max" : "min")
                                + (extreme.weight() == null ? "" : " weight " + extreme.weight());
                    case Aggregate.Average average -> average.sum() + " / " + average.count();
                    case Aggregate.Bits bits -> "bit " + bits.operator();
                };
    }

    private void insertRows(Plan.InsertRows insert) {
        line("InsertRows into " + insert.table().qualifiedName() + effects(insert.effects()));
        depth++;
        for (Plan.RowTemplate row : insert.rows()) {
            Plan.Cell cell = row.generatedCell();
            line("row #" + row.fromToken() + ".." + row.toToken()
                    + (row.shardKey() == null ? "" : " key " + value(row.shardKey()))
                    + (cell == null
                            ? ""
                            : " generated cell #" + cell.fromToken() + ".." + cell.toToken()
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

    private static String route(Route route) {
        return switch (route) {
            case Route.Fixed fixed -> "at " + fixed.location();
            case Route.AnyOf anyOf -> "at any of " + anyOf.locations();
            case Route.AllOf allOf -> "at all of " + allOf.locations();
            case Route.ByKey byKey -> "on " + byKey.shards().size() + " shards: " + condition(byKey.condition(), false);
        };
    }

    private static String condition(KeyCondition condition, boolean nested) {
        return switch (condition) {
            case KeyCondition.Anything anything -> "all";
            case KeyCondition.Nothing nothing -> "none";
            case KeyCondition.OneOf oneOf -> {
                String column = oneOf.key().column().name();
                List<ValueRef> values = oneOf.values();
                yield values.size() == 1
                        ? column + " = " + value(values.getFirst())
                        : column + " IN "
                                + values.stream().map(PlanPrinter::value).collect(Collectors.joining(", ", "(", ")"));
            }
            case KeyCondition.Between between -> between(between);
            case KeyCondition.And and -> joined(and.conditions(), " AND ", nested);
            case KeyCondition.Or or -> joined(or.conditions(), " OR ", nested);
        };
    }

    private static String between(KeyCondition.Between between) {
        return between.key().column().name()
                + bound(between.low(), between.lowIncluded() ? " >= " : " > ")
                + bound(between.high(), between.highIncluded() ? " <= " : " < ");
    }

    private static String bound(@Nullable ValueRef value, String operator) {
        return value == null ? "" : operator + value(value);
    }

    private static String joined(List<KeyCondition> conditions, String operator, boolean nested) {
        String text =
                conditions.stream().map(condition -> condition(condition, true)).collect(Collectors.joining(operator));
        return nested ? "(" + text + ")" : text;
    }

    private static String value(ValueRef value) {
        return (value.negated() ? "-" : "") + "?" + value.ordinal();
    }

    private void rewrite(Rewrite rewrite) {
        for (Splice splice : rewrite.splices()) {
            String parts = splice.parts().stream().map(PlanPrinter::part).collect(Collectors.joining());
            line((splice.from() == splice.to()
                            ? "before #" + splice.from()
                            : "for #" + splice.from() + ".." + splice.to())
                    + ": " + (parts.isEmpty() ? "nothing" : parts.strip()));
        }
    }

    private static String part(Part part) {
        return switch (part) {
            case Part.Text text -> text.sql();
            case Part.Database database -> "{database of " + database.schema() + "}";
            case Part.Tokens tokens -> "{#" + tokens.from() + ".." + tokens.to() + "}";
            case Part.Name name -> "{name #" + name.from() + ".." + name.to() + "}";
            case Part.LimitSum sum ->
                "{?" + sum.countOrdinal() + (sum.offsetOrdinal() == null ? "" : " + ?" + sum.offsetOrdinal()) + "}";
            case Part.SessionValue value -> "{" + value.function() + "}";
        };
    }
}
