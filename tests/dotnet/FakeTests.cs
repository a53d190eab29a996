using System.Reflection;
using Sonoran.Types;
using Xunit;

namespace Sonoran.Tests;

/// <summary>A program's own code, tested with a fake in the client's place.</summary>
public sealed class FakeTests
{
    private static readonly Guid Known = Guid.Parse("00000000-0000-0000-0000-000000000000");

    [Fact]
    public async Task A_fake_answers_what_the_test_wants()
    {
        await using var sonoran = new FakeSonoran(new FakeCms { Answer = SonoranResponse.Success(new Account { accName = "ExampleUser", banned = true }) });
        Assert.Equal("ExampleUser is banned", await new Panel(sonoran).Describe(Known));
    }

    [Fact]
    public async Task A_fake_fails_as_the_test_wants()
    {
        var problem = new Problem { status = 404, detail = "No such account." };
        await using var sonoran = new FakeSonoran(new FakeCms
        {
            Answer = SonoranResponse.Failure<Account>(SonoranErrorKind.NotFound, status: 404, problem: problem, retryAfter: TimeSpan.FromSeconds(1), outcomeUnknown: true),
        });
        Assert.Equal("notFound: No such account.", await new Panel(sonoran).Describe(Known));
        var response = await sonoran.Cms.getAccountV2(Known);
        Assert.Equal((404, null, null), (response.Status, response.Value, response.Data));
        Assert.Equal((TimeSpan.FromSeconds(1), true), (response.Error?.RetryAfter, response.Error?.OutcomeUnknown));
        Assert.Equal("No such account.", response.Error?.ProblemJson?.GetProperty("detail").GetString());
        Assert.Throws<NotFoundError>(() => response.Unwrap());
    }

    [Fact]
    public async Task A_made_success_has_data_of_both_kinds()
    {
        var account = new Account { accName = "ExampleUser", ranks = ["rank-1"] };
        var response = SonoranResponse.Success(account, requestId: "one");
        Assert.Same(account, response.unwrap());
        Assert.Equal(("ExampleUser", 200, "one"), (response.data?.GetProperty("accName").GetString(), response.status, response.requestId));
        var ranks = SonoranResponse.Success<IReadOnlyList<string>>(["a", "b"]);
        Assert.Equal("""["a","b"]""", ranks.Data?.GetRawText());
        Assert.Equal(7, SonoranResponse.Success(7.0).Unwrap());
        var empty = SonoranResponse.Success(NoContent.Instance);
        Assert.Equal((204, null, NoContent.Instance), (empty.status, empty.data, empty.value));
        Assert.Throws<ArgumentNullException>(() => SonoranResponse.Success<Account>(null!));
        Assert.Equal("The call failed: timeout.", SonoranResponse.Failure<Account>(SonoranErrorKind.Timeout).Reason);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task What_a_fake_does_not_have_says_so()
    {
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => new FakeCms().getCommunityV2());
        Assert.Contains("getCommunityV2", error.Message);
    }

    [Fact]
    public async Task The_fake_of_the_page_does_as_it_says()
    {
        var root = Emulator.Needed("SONORAN_ROOT");
        var here = File.ReadAllText(Path.Combine(root, "tests/dotnet/PageFake.cs"));
        Assert.Contains(here[here.IndexOf("sealed", StringComparison.Ordinal)..], File.ReadAllText(Path.Combine(root, "bindings-csharp/dotnet/README.md")));
        await using var sonoran = new Page.FakeSonoran(new Page.FakeCms());
        var response = await sonoran.Cms.getAccountV2(Known);
        Assert.Equal((SonoranErrorKind.NotFound, "No such account.", 404), (response.Error?.Kind, response.Reason, response.Status));
    }

    [Fact]
    public async Task A_fake_can_be_walked_and_mapped()
    {
        await using var sonoran = new FakeSonoran(new FakeCms { Answer = SonoranResponse.Success(new Account { accName = "a" }) });
        var accounts = await sonoran.Walk.getAccountsV2().ListAsync();
        Assert.Equal(["one", "two", "three"], accounts.Select(account => account.accName));
        var found = new List<string>();
        await foreach (var (account, response) in sonoran.Map(accounts, account => sonoran.Cms.getAccountV2(account.accId)))
        {
            found.Add($"{account.accName}: {response.Success}");
        }

        Assert.Equal(["one: True", "three: True", "two: True"], found.Order());
    }

    [Fact]
    public async Task A_library_can_make_a_fake_of_the_interface()
    {
        var cms = DispatchProxy.Create<ICms, Recorder>();
        var response = await cms.getAccountV2(Known);
        Assert.Equal((true, "getAccountV2"), (response.Success, response.Value?.accName));
    }

    [Fact]
    public void The_interface_has_every_method_of_the_class()
    {
        static IEnumerable<string> Of(Type type) => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.DeclaringType == type).Select(method => method.ToString()!).Order();
        Assert.Equal(Of(typeof(Cms)), Of(typeof(ICms)));
        Assert.True(typeof(Cms).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).All(method => method is { IsVirtual: true, IsFinal: false }));
    }

    /// <summary>What a program might have.</summary>
    private sealed class Panel(ISonoranClient sonoran)
    {
        public async Task<string> Describe(Guid id)
        {
            var response = await sonoran.Cms.getAccountV2(id);
            return response.Success ? $"{response.Value.accName} is {(response.Value.banned ? "banned" : "well")}" : $"{response.Error.Kind}: {response.Reason}";
        }
    }

    private sealed class FakeSonoran(ICms cms) : ISonoranClient
    {
        public ICms Cms { get; } = cms;

        public Walks Walk { get; } = new(cms);

        public SonoranRateLimitState RateLimit(string operation) => new(limit: 60, free: 60);

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }

    private sealed class FakeCms : Cms
    {
        private static readonly string[] Names = ["one", "two", "three"];

        public SonoranResponse<Account>? Answer { get; init; }

        public override Task<SonoranResponse<Account>> getAccountV2(SonoranId accountId, SonoranCallOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(Answer!);

        public override Task<SonoranResponse<AccountPage>> getAccountsV2(GetAccountsQuery? query = null, SonoranCallOptions? options = null, CancellationToken cancellationToken = default)
        {
            var items = Names.Skip((int)query!.skip!.Value).Take(2).Select(name => new AccountSummary { accName = name }).ToList();
            return Task.FromResult(SonoranResponse.Success(new AccountPage { items = items, total = Names.Length }));
        }
    }

    /// <summary>What libraries for fakes do.</summary>
    public class Recorder : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            Task.FromResult(SonoranResponse.Success(new Account { accName = targetMethod!.Name }));
    }
}
