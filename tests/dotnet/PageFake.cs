using Sonoran.Types;

// As the package's page has it.
namespace Sonoran.Tests.Page;

sealed class FakeCms : Cms
{
    public override Task<SonoranResponse<Account>> getAccountV2(SonoranId accountId, SonoranCallOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(SonoranResponse.Failure<Account>(SonoranErrorKind.NotFound, "No such account.", status: 404));
}

sealed class FakeSonoran(Cms cms) : ISonoranClient
{
    public ICms Cms => cms;

    public Walks Walk { get; } = new(cms);

    public SonoranRateLimitState RateLimit(string operation) => new(limit: 60, free: 60);

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => default;
}
