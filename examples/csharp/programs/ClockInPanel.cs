using Sonoran;
using Sonoran.Types;

namespace Examples;

/// <summary>A web panel where members clock in and out, with ASP.NET Core: dotnet run panel</summary>
public static class ClockInPanel
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSonoran(builder.Configuration.GetSection("Sonoran"));
        builder.Services.AddHealthChecks().AddSonoran();
        var app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapPost("/members/{account:guid}/clock/{intention:regex(^(in|out)$)}", Clock);
        return app;
    }

    /// <summary>Clocks a member in or out; who closes the page ends the call.</summary>
    private static async Task<IResult> Clock(Guid account, string intention, SonoranClient sonoran, CancellationToken cancellationToken)
    {
        var payload = new ClockAccountPayload { accId = account, intention = intention };
        var patience = new SonoranCallOptions { deadline = TimeSpan.FromSeconds(10) };
        var response = await sonoran.Cms.clockAccountV2(account, payload, patience, cancellationToken);
        return response.success
            ? Results.Json(new { clockedIn = intention == "in" })
            : Results.Problem(response.reason, statusCode: Status(response.error!.kind));
    }

    // What a browser shows for each kind of failure; all others are the service's, and may pass.
    private static int Status(string kind) => kind switch
    {
        SonoranErrorKind.api => 400,
        SonoranErrorKind.notFound => 404,
        SonoranErrorKind.rateLimited => 429,
        _ => 503,
    };
}
