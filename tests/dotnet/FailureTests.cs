using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace Sonoran.Tests;

/// <summary>Failures of the service and the network: in the response, or thrown where that was asked for.</summary>
public sealed class FailureTests(Emulator emulator) : EmulatorTests(emulator)
{
    private const string Unknown = "11111111-1111-1111-1111-111111111112";

    [Fact]
    public async Task A_wrong_key_is_of_kind_auth_with_the_problems_detail_as_reason()
    {
        using var sonoran = Emulator.Client(options => options.apiKey = "WRONG_KEY");
        var response = await sonoran.Cms.getCommunityV2();
        Assert.False(response.success);
        Assert.Equal(401, response.status);
        Assert.Null(response.data);
        Assert.Null(response.value);
        var error = Assert.IsType<SonoranFailure>(response.error);
        Assert.Equal(SonoranErrorKind.auth, error.kind);
        Assert.Equal(1, error.attempts);
        Assert.Equal("getCommunityV2", error.operation);
        Assert.False(error.outcomeUnknown);
        Assert.Null(error.retryAfter);
        Assert.False(string.IsNullOrEmpty(response.reason));
        Assert.Equal(error.problem?.detail, response.reason);
    }

    [Fact]
    public async Task A_payload_that_the_service_refuses_is_of_kind_api()
    {
        using var sonoran = Emulator.Client();
        var response = await sonoran.Cms.setAccountNameV2(Zeros, new { newName = 5 });
        Assert.Equal(400, response.status);
        Assert.Equal(SonoranErrorKind.api, response.error?.kind);
        Assert.Contains("newName", response.error?.problem?.ToString());
    }

    [Fact]
    public async Task No_connection_is_of_kind_connect()
    {
        using var sonoran = Emulator.Client(options =>
        {
            options.apiUrl = $"http://127.0.0.1:{ClosedPort()}";
            options.retries = 1;
        });
        var response = await sonoran.Cms.getCommunityV2();
        Assert.Null(response.status);
        Assert.Equal(SonoranErrorKind.connect, response.error?.kind);
        Assert.Equal(2, response.error?.attempts);
    }

    [Fact]
    public async Task No_answer_in_time_is_of_kind_timeout()
    {
        using var server = new SilentServer();
        using var sonoran = Emulator.Client(options => options.apiUrl = server.Url);
        var hurry = new SonoranCallOptions { timeout = TimeSpan.FromMilliseconds(100), retries = 0 };
        var response = await sonoran.Cms.getCommunityV2(hurry);
        Assert.Equal(SonoranErrorKind.timeout, response.error?.kind);
    }

    [Fact]
    public async Task The_ceiling_can_be_set_and_a_call_refused_at_it()
    {
        using var sonoran = Emulator.Client(options =>
        {
            options.rateLimit = SonoranRateLimit.Error;
            options.ceilings = new Dictionary<string, int> { ["getSubVersionV2"] = 1 };
        });
        Assert.True((await sonoran.Cms.getSubVersionV2()).success);
        var refused = await sonoran.Cms.getSubVersionV2();
        Assert.Equal(SonoranErrorKind.rateLimited, refused.error?.kind);
        Assert.InRange(refused.error!.retryAfter!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(61));
        Assert.Single(await Emulator.Journal());
    }

    [Fact]
    public async Task Unwrap_throws_the_failure()
    {
        using var sonoran = Emulator.Client();
        var response = await sonoran.Cms.getAccountV2(Unknown);
        var error = Assert.Throws<NotFoundError>(() => response.unwrap());
        Assert.Throws<NotFoundError>(() => ((SonoranResponse)response).unwrap());
        Assert.IsAssignableFrom<SonoranError>(error);
        Assert.Equal(response.reason, error.Message);
        Assert.Equal(response.reason, error.reason);
        Assert.Equal(404, error.status);
        Assert.Equal(response.error!.kind, error.kind);
        Assert.Same(response.error.problem, error.problem);
        Assert.Equal((1, "getAccountV2", false), (error.attempts, error.operation, error.outcomeUnknown));
        Assert.Equal(response.error.requestId, error.requestId);
    }

    [Fact]
    public async Task With_throwErrors_a_failure_is_thrown_and_a_success_returned()
    {
        using var sonoran = Emulator.Client(options => options.throwErrors = true);
        Assert.True((await sonoran.Cms.getCommunityV2()).success);
        var error = await Assert.ThrowsAsync<NotFoundError>(() => sonoran.Cms.getAccountV2(Unknown));
        Assert.Equal(SonoranErrorKind.notFound, error.kind);
        using var stranger = Emulator.Client(options =>
        {
            options.apiKey = "WRONG_KEY";
            options.throwErrors = true;
        });
        await Assert.ThrowsAsync<AuthError>(() => stranger.Cms.getCommunityV2());
    }

    [Fact]
    public async Task A_documented_refusal_is_told_by_name()
    {
        using var sonoran = Emulator.Client();
        await Emulator.Answer("""{"type":"https://httpstatuses.com/400","title":"Bad Request","status":400,"detail":"NOT ALLOWED ON WHITELIST","traceId":"00-abc123"}""", 400, "application/problem+json");
        var response = await sonoran.Cms.verifyWhitelistV2(1, new { apiId = "1" });
        Assert.Equal((SonoranErrorKind.api, SonoranRefusal.notWhitelisted, "00-abc123"), (response.error?.kind, response.error?.refusal, response.error?.traceId));
        var error = Assert.Throws<ApiError>(() => response.unwrap());
        Assert.Equal((response.error!.refusal, response.error.traceId), (error.refusal, error.traceId));
    }

    [Fact]
    public async Task A_service_that_is_down_and_a_firewall_are_kinds_of_their_own()
    {
        using var sonoran = Emulator.Client(options => options.retries = 0);
        await Emulator.Answer("NOT ALLOWED ON WHITELIST", 503, "text/plain");
        var down = await sonoran.Cms.verifyWhitelistV2(1, new { apiId = "1" });
        Assert.Equal((SonoranErrorKind.unavailable, null), (down.error?.kind, down.error?.refusal));
        Assert.Throws<UnavailableError>(() => down.unwrap());
        await Emulator.Answer("<html><title>Access denied | Error 1020</title>You are blocked</html>", 403, "text/html");
        var blocked = await sonoran.Cms.getCommunityV2();
        Assert.Equal(SonoranErrorKind.blocked, blocked.error?.kind);
        Assert.DoesNotContain("You are", blocked.reason);
        Assert.Throws<BlockedError>(() => blocked.unwrap());
    }

    [Fact]
    public async Task What_a_call_took_stands_on_every_response()
    {
        using var sonoran = Emulator.Client();
        await Emulator.Answer("{}", 503);
        var response = await sonoran.Cms.getCommunityV2();
        Assert.True(response.success);
        Assert.Equal(2, response.attempts);
        Assert.False(string.IsNullOrEmpty(response.requestId));
        Assert.InRange(response.waited, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        var failed = await sonoran.Cms.getAccountV2(Unknown);
        Assert.Equal((1, failed.error!.requestId), (failed.attempts, failed.requestId));
    }

    [Fact]
    public async Task Responses_and_errors_print_operation_status_and_request()
    {
        using var sonoran = Emulator.Client();
        var success = await sonoran.Cms.getCommunityV2();
        Assert.Equal($"getCommunityV2: success (200, request {success.requestId})", success.ToString());
        var failed = await sonoran.Cms.getAccountV2(Unknown);
        Assert.Equal($"getAccountV2: notFound (404, request {failed.requestId}): {failed.reason}", failed.ToString());
        Assert.Equal($"getAccountV2: notFound, request {failed.requestId}: {failed.reason}", failed.error!.ToString());
        var error = Assert.Throws<NotFoundError>(() => failed.unwrap());
        Assert.StartsWith($"Sonoran.NotFoundError: {failed.reason} [getAccountV2: notFound, status 404, request {failed.requestId}]", error.ToString());
        var misread = Assert.Throws<InvalidResponseError>(() => success.As<int[]>());
        Assert.Equal(("getCommunityV2", success.requestId, 1), (misread.operation, misread.requestId, misread.attempts));
    }

    [Fact]
    public void There_is_one_class_of_errors_for_each_kind()
    {
        var kinds = typeof(SonoranErrorKind).GetFields().Select(field => (string)field.GetRawConstantValue()!).Distinct();
        var classes = typeof(SonoranError).Assembly.GetExportedTypes().Where(type => type.BaseType == typeof(SonoranError));
        Assert.Equal(
            kinds.Select(kind => $"{char.ToUpperInvariant(kind[0])}{kind[1..]}Error").Order(),
            classes.Select(type => type.Name).Order());
    }

    [Fact]
    public async Task The_key_shows_nowhere()
    {
        var options = Emulator.Options();
        options.apiKey = "sk-canary-5f2c";
        options.apiHeaders = new Dictionary<string, string> { ["x-token"] = "canary" };
        options.debug = true;
        using var sonoran = new SonoranClient(options);
        var response = await sonoran.Cms.getCommunityV2();
        var failure = Assert.ThrowsAny<SonoranError>(() => response.unwrap());
        var misuse = await Assert.ThrowsAnyAsync<ArgumentException>(() => sonoran.Cms.getAccountV2("x"));
        object[] all = [options, sonoran, sonoran.Cms, response, response.error!, failure, misuse];
        Assert.All(all, value => Assert.DoesNotContain("canary", value.ToString()));
        Assert.All(all[..5], value => Assert.DoesNotContain("canary", JsonSerializer.Serialize(value)));
        options.apiKey = "sk-canary\n";
        Assert.DoesNotContain("canary", Assert.ThrowsAny<ArgumentException>(() => new SonoranClient(options)).ToString());
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
