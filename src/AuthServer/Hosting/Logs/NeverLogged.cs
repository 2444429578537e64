using Microsoft.Extensions.Options;

namespace AuthServer.Hosting.Logs;

/// <summary>Keeps what shows secrets out of the log, whatever levels an operator asks for.</summary>
/// <remarks>
/// A rule for one provider, or for a longer category, is stronger than a rule in code; so the rules themselves are changed.
/// </remarks>
internal sealed class NeverLogged : IPostConfigureOptions<LoggerFilterOptions>
{
    private static readonly (string Category, LogLevel Lowest)[] Limits =
    [
        // Prints queries as they came, where clients put tokens that do not belong there.
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None),
        // Prints whole tokens as Trace.
        ("OpenIddict", LogLevel.Debug),
    ];

    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        foreach (var (category, lowest) in Limits)
        {
            for (var i = options.Rules.Count - 1; i >= 0; i--)
            {
                var rule = options.Rules[i];
                if (rule.LogLevel >= lowest) continue;
                var covered = (rule.CategoryName ?? "").Split('*')[0];
                if (covered.StartsWith(category, StringComparison.OrdinalIgnoreCase))
                    options.Rules[i] = new(rule.ProviderName, rule.CategoryName, lowest, rule.Filter);
                // For this category alone; for the others the rule stays as it is.
                else if (category.StartsWith(covered, StringComparison.OrdinalIgnoreCase) && rule.ProviderName is not null)
                    options.Rules.Add(new(rule.ProviderName, category, lowest, rule.Filter));
            }
        }
    }
}
