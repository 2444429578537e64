namespace AuthServer.Doctor;

/// <summary>One thing that `AuthServer doctor` looks at. It belongs to the room that knows the thing.</summary>
/// <remarks>
/// It writes nothing and takes no lock for long, because servers may run beside it. What it needs of a refused configuration is absent.
/// </remarks>
public interface ICheck
{
    /// <summary>One word or two, for the first column.</summary>
    string Name { get; }

    IAsyncEnumerable<Finding> RunAsync(CancellationToken cancellationToken);
}
