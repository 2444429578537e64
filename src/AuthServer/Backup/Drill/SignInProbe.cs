namespace AuthServer.Backup.Drill;

/// <summary>Runs a server on the scratch database and signs a new person in, as far as a refreshed token; throws when that fails.</summary>
/// <remarks>The room that builds servers stands above this one and registers it.</remarks>
public sealed record SignInProbe(Func<ScratchDatabase, CancellationToken, Task> RunAsync);
