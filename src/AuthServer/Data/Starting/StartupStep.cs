namespace AuthServer.Data.Starting;

/// <summary>
/// Work of a room that is done once the schema is there and before the first request, under the start lock: the first keys, the seed.
/// </summary>
/// <remarks>Steps run in the order of their registration, each in a scope of its own.</remarks>
public sealed record StartupStep(string Name, Func<IServiceProvider, CancellationToken, Task> RunAsync);
