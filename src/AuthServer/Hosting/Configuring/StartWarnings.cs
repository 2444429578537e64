namespace AuthServer.Hosting.Configuring;

/// <summary>What the configuration allows and the operator has probably not meant. The console shows it at each start.</summary>
public sealed record StartWarnings(IReadOnlyList<string> Lines);
