using AuthServer.Configuration;
using AuthServer.Keys.Outside;
using Net.Pkcs11Interop.Common;

namespace AuthServer.Keys.Pkcs11;

/// <summary>Keys in an HSM, named by PKCS#11 URIs (RFC 7512).</summary>
/// <remarks>The library, and the package that speaks with it, are loaded when SIGNING_KEYS has such an entry, and not before.</remarks>
public sealed class HsmKeys(Pkcs11Options options, SigningOutages outages, ILogger<HsmKeys> log) : IKeySource, IDisposable
{
    private const string Scheme = "pkcs11:";

    // One set of sessions for a key, however often the list is read.
    private readonly Dictionary<string, (OutsideKey? Key, IDisposable Sessions)> _opened = new(StringComparer.Ordinal);

    public bool Takes(string entry) => entry.StartsWith(Scheme, StringComparison.Ordinal);

    // A key in a machine is named, and does not change under its name.
    public string Digest(string entry) => Scheme;

    public IEnumerable<OutsideKey> Read(string entry, SettingProblems problems) =>
        (_opened.TryGetValue(entry, out var known) ? known.Key : Open(entry, problems)) is { } key ? [key] : [];

    public void Dispose()
    {
        foreach (var (_, sessions) in _opened.Values) sessions.Dispose();
    }

    private OutsideKey? Open(string entry, SettingProblems problems)
    {
        if (HsmAddress.Of(entry, options, problems) is not { } address) return null;
        try
        {
            var key = new HsmKey(address, log);
            var named = OutsideKey.Of(address.Name, key, outages, problems);
            _opened[entry] = (named, key);
            return named;
        }
        catch (HsmException e)
        {
            problems.Add(OutsideKeyOptions.ListKey, e.Message, "see what the HSM holds: pkcs11-tool --list-objects");
        }
        catch (Pkcs11Exception e) when (RefusedPins.Tells(e))
        {
            problems.Add(Pkcs11Options.PinKey, $"the HSM of {address.Name} refuses the PIN ({e.RV})",
                "set the PIN of its user; most machines lock themselves after a few wrong ones");
        }
        catch (Pkcs11Exception e)
        {
            problems.Add(OutsideKeyOptions.ListKey, $"the HSM of {address.Name} answers {e.RV} ({e.Method})",
                "see whether it is there, and what its own log says");
        }
        catch (Exception e) when (e is
            UnmanagedException or LibraryArchitectureException or DllNotFoundException or BadImageFormatException)
        {
            problems.Add(Pkcs11Options.ModuleKey, $"{address.Module} cannot be loaded", "set it to the whole path of a PKCS#11 library");
        }

        return null;
    }
}
