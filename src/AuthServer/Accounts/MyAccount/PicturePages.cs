using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Users.Pictures;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.MyAccount;

/// <summary>POST /account/profile/picture and /remove: the picture of the person who is signed in.</summary>
internal static class PicturePages
{
    // The file, and the fields beside it.
    private const int MostBytes = PictureRecoding.MostBytes + (64 * 1024);

    public static void MapPicturePages(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(PagePaths.AccountPicture, async http => await (await UploadAsync(http)).ExecuteAsync(http))
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes), new UploadLimit(MostBytes));
        routes.MapForm(
            PagePaths.AccountPictureRemoval, PagePaths.AccountProfile,
            async (visit, _) => Answer(visit, await visit.Get<OwnPicture>().RemoveAsync(visit.Person)),
            (visit, _) => ProfilePages.AgainAsync(visit, AccountProblem.FormExpired, StatusCodes.Status400BadRequest));
    }

    // The session first: a stranger's file is not read.
    private static async Task<IResult> UploadAsync(HttpContext http)
    {
        if (await http.GetBrowserSessionAsync() is not { } session) return PageAnswers.SeeOther(http, PagePaths.SignIn);
        var visit = new AccountVisit(http, session);
        if (await visit.Get<OwnPicture>().TakeTurnAsync(visit.UserId) is { } wait)
        {
            return await ProfilePages.AgainAsync(
                visit, AccountProblem.TooManyTries, StatusCodes.Status429TooManyRequests, wait);
        }

        var form = await PostedForm.ReadAsync(http, visit.Get<IAntiforgery>());
        if (!form.IsGenuine)
            return await ProfilePages.AgainAsync(visit, AccountProblem.FormExpired, StatusCodes.Status400BadRequest);
        if (http.Request.Form.Files is not [{ Length: > 0 } file])
            return await ProfilePages.AgainAsync(visit, AccountProblem.NoPicture, StatusCodes.Status422UnprocessableEntity);
        var content = new byte[file.Length];
        await using (var stream = file.OpenReadStream()) await stream.ReadExactlyAsync(content, visit.Aborted);
        var result = await visit.Get<OwnPicture>().SetAsync(visit.Person, content, visit.Aborted);
        return result is not PictureResult.Refused(var problem) ? Answer(visit, result) : problem switch
        {
            PictureProblem.Busy => await ProfilePages.AgainAsync(
                visit, AccountProblem.Busy, StatusCodes.Status503ServiceUnavailable, TimeSpan.FromSeconds(10)),
            PictureProblem.TooLarge => await ProfilePages.AgainAsync(
                visit, AccountProblem.PictureTooLarge, StatusCodes.Status422UnprocessableEntity),
            // The page has no such form.
            PictureProblem.NotKept => await ProfilePages.AgainAsync(
                visit, AccountProblem.FormExpired, StatusCodes.Status422UnprocessableEntity),
            _ => await ProfilePages.AgainAsync(visit, AccountProblem.NotAPicture, StatusCodes.Status422UnprocessableEntity),
        };
    }

    private static IResult Answer(AccountVisit visit, PictureResult result) => visit.GoTo(
        PagePaths.AccountProfile, result is PictureResult.Done ? AccountDone.Saved : AccountDone.None);
}
