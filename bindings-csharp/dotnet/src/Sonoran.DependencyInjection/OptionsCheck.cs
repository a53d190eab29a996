using System;
using Microsoft.Extensions.Options;

namespace Sonoran.DependencyInjection;

/// <summary>Finds out whether a client can be made with options, when the host starts and whenever they change.</summary>
internal sealed class OptionsCheck(string name) : IValidateOptions<SonoranClientOptions>
{
    public ValidateOptionsResult Validate(string? asked, SonoranClientOptions options)
    {
        if (asked != name)
        {
            return ValidateOptionsResult.Skip;
        }

        try
        {
            // The core knows its options best. Nothing is sent until the first call.
            new SonoranClient(options).Dispose();
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException refused)
        {
            return ValidateOptionsResult.Fail($"Sonoran{(name.Length == 0 ? "" : $" ({name})")}: {refused.Message}");
        }
    }
}
