namespace AuthServer.Doctor;

/// <summary>How it is with one thing. The order is that of the harm.</summary>
public enum Verdict
{
    Ok,

    /// <summary>It could not, or need not, be looked at.</summary>
    Skipped,

    /// <summary>It works, and should not stay so.</summary>
    Warning,

    /// <summary>It fails, or will within days.</summary>
    Wrong,
}

/// <summary>What a check has found. No secret ever stands in it.</summary>
/// <param name="What">The state in words, for an operator.</param>
/// <param name="Cure">What to do about it; null when there is nothing to do.</param>
public sealed record Finding(Verdict Verdict, string What, string? Cure = null)
{
    public static Finding Ok(string what) => new(Verdict.Ok, what);

    public static Finding Skipped(string why) => new(Verdict.Skipped, why);

    public static Finding Warning(string what, string cure) => new(Verdict.Warning, what, cure);

    public static Finding Wrong(string what, string cure) => new(Verdict.Wrong, what, cure);
}
