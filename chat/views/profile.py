"""What people say about themselves, and their pictures."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import directory, uploads
from chat.actions import people
from chat.forms import ProfileForm
from chat.models import User

from .signed_in import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, user: User) -> HttpResponse:
    initial = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
    form = ProfileForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _store(form, user):
        messages.success(request, _("Saved."))
        return redirect("profile")
    return render(request, "profile.html", {"form": form, "blocked": directory.blocked(user)})


def _store(form: ProfileForm, user: User) -> bool:
    data = form.cleaned_data
    try:
        people.update_profile(
            user=user,
            name=data["name"],
            language=data["language"],
            time_zone=data["time_zone"],
            avatar=data["avatar"],
            remove_avatar=data["remove_avatar"],
        )
    except uploads.UploadRefused as refusal:
        # Uploads speak English, as all of the wire does.
        too_large = refusal.code == "too_large"
        wrong = _("This picture is too large.") if too_large else _("This is no picture that can be read.")
        form.add_error("avatar", wrong)
        return False
    return True


@require_POST
@signed_in
def sign_out_everywhere(request: HttpRequest, user: User) -> HttpResponse:
    people.sign_out_everywhere(user=user)
    request.session.flush()
    messages.success(request, _("You are signed out on every device."))
    return redirect("account_login")


@require_safe
@signed_in
def avatar(request: HttpRequest, user: User, name: str) -> HttpResponse:
    """A picture, for ever: a new one gets a new name. Only names that `store_avatar` gives reach this."""
    try:
        # Read whole, because it is small and an asynchronous server cannot stream a file that reads synchronously.
        with uploads.open_stored(f"avatars/{name}") as file:
            response = HttpResponse(file.read(), content_type="image/webp")
    except FileNotFoundError:
        raise Http404 from None
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
