package io.dbmesh.engine.route;

import java.util.ArrayList;
import java.util.List;

/** Joins conditions and drops the parts that say nothing. */
public final class KeyConditions {
    public static final KeyCondition ANYTHING = new KeyCondition.Anything();
    public static final KeyCondition NOTHING = new KeyCondition.Nothing();

    private KeyConditions() {}

    /** What holds when all hold. */
    public static KeyCondition and(List<KeyCondition> conditions) {
        List<KeyCondition> kept = new ArrayList<>();
        for (KeyCondition condition : conditions) {
            switch (condition) {
                case KeyCondition.Anything anything -> {}
                case KeyCondition.Nothing nothing -> {
                    return NOTHING;
                }
                case KeyCondition.And and -> kept.addAll(and.conditions());
                case KeyCondition.OneOf oneOf -> kept.add(oneOf);
                case KeyCondition.Between between -> kept.add(between);
                case KeyCondition.Or or -> kept.add(or);
            }
        }
        return kept.isEmpty() ? ANYTHING : kept.size() == 1 ? kept.getFirst() : new KeyCondition.And(kept);
    }

    /** What holds when at least one holds. */
    public static KeyCondition or(List<KeyCondition> conditions) {
        List<KeyCondition> kept = new ArrayList<>();
        for (KeyCondition condition : conditions) {
            switch (condition) {
                case KeyCondition.Anything anything -> {
                    return ANYTHING;
                }
                case KeyCondition.Nothing nothing -> {}
                case KeyCondition.Or or -> kept.addAll(or.conditions());
                case KeyCondition.OneOf oneOf -> kept.add(oneOf);
                case KeyCondition.Between between -> kept.add(between);
                case KeyCondition.And and -> kept.add(and);
            }
        }
        return kept.isEmpty() ? NOTHING : kept.size() == 1 ? kept.getFirst() : new KeyCondition.Or(kept);
    }
}
