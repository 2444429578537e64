namespace AuthServer.Doctor;

/// <summary>A finding with the check that has made it.</summary>
public sealed record CheckedFinding(string Check, Finding Finding);

/// <summary>Runs the checks in their order. One that fails or takes too long is a finding itself, and the others go on.</summary>
public sealed class Checkup(IEnumerable<ICheck> checks)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<CheckedFinding>> RunAsync(CancellationToken cancellationToken)
    {
        var all = new List<CheckedFinding>();
        foreach (var check in checks)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            try
            {
                await foreach (var finding in check.RunAsync(limit.Token)) all.Add(new(check.Name, finding));
            }
#pragma warning disable CA1031 // Whatever fails is what doctor is to tell.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                var why = e is OperationCanceledException ? $"it took longer than {Patience.TotalSeconds} s" : e.Message;
                all.Add(new(
                    check.Name, Finding.Wrong($"the check could not be made: {why}", "run doctor again; if it stays, look at the log")));
            }
        }

        return all;
    }
}
