using AuthServer.Configuration;
using AuthServer.Doctor;

namespace AuthServer.Keys.Outside;

/// <summary>The keys of SIGNING_KEYS: whether they can be used.</summary>
public sealed class OutsideKeysCheck(OutsideKeyOptions options, OutsideKeys keys) : ICheck
{
    public string Name => "Signing keys";

    public IAsyncEnumerable<Finding> RunAsync(CancellationToken cancellationToken) => Look().ToAsyncEnumerable();

    private List<Finding> Look()
    {
        if (options.Entries.All(e => e == OutsideKeyOptions.Database)) return [Finding.Skipped("the ring alone has them")];
        try
        {
            keys.Follow();
            return [.. keys.Current.All.Select(k => Finding.Ok($"{k.Key.Algorithm} {k.Key.Kid} from {k.Source}"))];
        }
        catch (StartRefusedException refused)
        {
            return [.. refused.Reasons.Select(Sentence.Wrong)];
        }
    }
}
