namespace AuthServer.IntegrationTests.Attacks;

/// <summary>Numbers that look random and are the same for the same seed (SplitMix64), so that a failure can be repeated.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to below <paramref name="end"/>.</summary>
    public int Below(int end) => (int)(Next() % (ulong)end);

    /// <summary>True so many times in a hundred.</summary>
    public bool Percent(int percent) => Below(100) < percent;

    public T Of<T>(params IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>One of the choices, each as often as its weight says.</summary>
    public T Weighted<T>(params IReadOnlyList<(int Weight, T Choice)> choices)
    {
        var at = Below(choices.Sum(c => c.Weight));
        foreach (var (weight, choice) in choices)
        {
            if ((at -= weight) < 0) return choice;
        }

        throw new InvalidOperationException("Nothing to choose from.");
    }

    public string Word(int length, string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") =>
        string.Create(length, (this, letters), static (text, x) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = x.letters[x.Item1.Below(x.letters.Length)];
        });
}
