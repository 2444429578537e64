using AuthServer.Pages;
using AuthServer.Ui;

namespace AuthServer.Accounts;

/// <summary>The pages for another account than the one that is signed in; without the parameter they send the person on.</summary>
public static class OtherAccount
{
    private static readonly KeyValuePair<string, string?> Wish = new("select", "1");

    public static string Choose(ReturnAddress? returnTo) => ReturnAddress.With(PagePaths.SignIn, returnTo, [Wish]);

    public static string Create(ReturnAddress? returnTo) => ReturnAddress.With(PagePaths.CreateAccount, returnTo, [Wish]);

    public static bool IsWanted(HttpRequest request) => request.Query[Wish.Key] == Wish.Value;
}
