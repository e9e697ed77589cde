package io.dbmesh.governance.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A mapping with known fields. */
final class DocumentFields {
    private final DocumentNode owner;
    private final Map<String, DocumentNode> fields;

    DocumentFields(DocumentNode owner, Map<String, DocumentNode> fields) {
        this.owner = owner;
        this.fields = fields;
    }

    /** A field that may be left out. */
    @Nullable DocumentNode optional(String name) {
        return fields.get(name);
    }

    /** Null, with a fault, when it is not there. */
    @Nullable DocumentNode required(String name, String allowed) {
        DocumentNode field = fields.get(name);
        if (field == null && owner.isMapping()) {
            owner.fault("field '" + name + "' is missing; allowed: " + allowed);
        }
        return field;
    }

    @Nullable String requiredText(String name, String allowed) {
        DocumentNode field = required(name, allowed);
        return field == null ? null : field.text(allowed);
    }
}
