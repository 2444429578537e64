using AuthServer.Pages;
using AuthServer.Ui.Accounts.SecondFactors;
using AuthServer.Ui.Layout;

namespace AuthServer.Accounts;

/// <summary>Shows new recovery codes, once: they are stored nowhere.</summary>
internal static class CodesOnce
{
    /// <param name="next">Where the person goes on.</param>
    public static IResult Show(HttpContext http, IReadOnlyList<string> codes, string next) => PageAnswers.Page<RecoveryCodesPage>(
        http, new RecoveryCodesModel
        {
            Codes = codes, ContinueUrl = next, ServerName = http.RequestServices.GetRequiredService<Branding>().Name,
        });
}
