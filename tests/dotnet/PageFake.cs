using Sonoran.Types;

// As the package's page has it.
namespace Sonoran.Tests.Page;

sealed class FakeCms : Cms
{
    public override Task<SonoranResponse<Account>> getAccountV2(SonoranId accountId, SonoranCallOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(SonoranResponse.Failure<Account>(SonoranErrorKind.NotFound, "No such account.", status: 404));
}
