package io.dbmesh.proxy.session;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** SQL's LIKE for names: {@code %} and {@code _}, with a backslash before them for themselves; case does not count. */
final class LikePattern {
    private final Pattern pattern;

    LikePattern(String like) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < like.length(); i++) {
            char each = like.charAt(i);
            if (each == '\\' && i + 1 < like.length()) {
                regex.append(Pattern.quote(String.valueOf(like.charAt(++i)).toLowerCase(Locale.ROOT)));
            } else if (each == '%') {
                regex.append(".*");
            } else if (each == '_') {
                regex.append('.');
            } else {
                regex.append(Pattern.quote(String.valueOf(each).toLowerCase(Locale.ROOT)));
            }
        }
        this.pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    boolean matches(String name) {
        return pattern.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    /** Those that match, in their order. */
    List<String> filter(List<String> names) {
        return names.stream().filter(this::matches).toList();
    }
}
