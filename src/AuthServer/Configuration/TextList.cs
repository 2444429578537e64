using System.Collections.Immutable;

namespace AuthServer.Configuration;

/// <summary>Short lists of texts, such as scopes and resources.</summary>
public static class TextList
{
    /// <summary>The values that pass, in their order. Nothing is allocated when all do, which is the rule in every request.</summary>
    /// <param name="state">What <paramref name="passes"/> needs, so that it captures nothing.</param>
    public static ImmutableArray<string> Keep<TState>(
        this ImmutableArray<string> values, TState state, Func<string, TState, bool> passes)
    {
        var kept = 0;
        while (kept < values.Length && passes(values[kept], state)) kept++;
        if (kept == values.Length) return values;

        var list = ImmutableArray.CreateBuilder<string>(values.Length);
        list.AddRange(values, kept);
        foreach (var value in values.AsSpan()[(kept + 1)..])
        {
            if (passes(value, state)) list.Add(value);
        }

        return list.DrainToImmutable();
    }

    /// <summary>The values in their order, each once.</summary>
    public static ImmutableArray<string> Once(this ImmutableArray<string> values)
    {
        for (var i = 1; i < values.Length; i++)
        {
            if (values.IndexOf(values[i]) != i) return [.. values.Distinct(StringComparer.Ordinal)];
        }

        return values;
    }
}
