using ResourceApi;
using ResourceApi.Mcp;
using ResourceApi.Notes;
using ResourceApi.Payments;

var builder = WebApplication.CreateBuilder(args);
builder.AddSettings();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddProblemDetails();
// A body that cannot be read is the caller's mistake in every environment: 400, never an exception.
builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
builder.Services.AddAccessTokenValidation();
builder.Services.AddScopePolicies();
builder.Services.AddBrowserAccess();
builder.Services.AddNotes();
builder.Services.AddPayments();
builder.Services.AddMcp();

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseForwardedCertificates();
app.UseApiHeaders();
app.UseHeadRequests();
// Here and not first, where WebApplication would put it: it has to see the method that the line above sets.
app.UseRouting();
app.UseCors();
app.UseMcpOrigins();
app.UseAuthentication();
app.UseAuthorization();
app.UseJsonEncoding();
app.MapProtectedResourceMetadata();
app.MapHealth();
app.MapNotes();
app.MapPayments();
app.MapMcp();
await app.RunAsync();
