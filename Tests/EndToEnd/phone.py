"""A phone with an authenticator program, for the tests of the second factor."""

import time

import pyotp

STEP_SECONDS = 30


class Phone:
    """Shows the codes of one virtual device.

    The time is that of its making: enabled with the codes of then and of the step before, it has one code more at once,
    that of the next step, which servers take a step too early.
    """

    def __init__(self, made):
        """
        - made: what CreateVirtualMFADevice answered.
        """
        self.serial = made["SerialNumber"]
        self.seed = made["Base32StringSeed"].decode()
        self.now = time.time()

    def code(self, steps=0):
        return pyotp.TOTP(self.seed).at(int(self.now) + steps * STEP_SECONDS)

    def enable(self, iam, user):
        self.now = time.time()
        iam.enable_mfa_device(
            UserName=user, SerialNumber=self.serial, AuthenticationCode1=self.code(-1), AuthenticationCode2=self.code())
        return self

    def next(self):
        """The parameters by which STS is given the code after those that it was enabled with."""
        return {"SerialNumber": self.serial, "TokenCode": self.code(1)}


def phone(iam, name="phone", **parameters):
    """A phone with a new device that is enabled for nobody yet."""
    return Phone(iam.create_virtual_mfa_device(VirtualMFADeviceName=name, **parameters)["VirtualMFADevice"])
